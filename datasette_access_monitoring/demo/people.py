"""The cast of the demo log: users, bots, hosts, clusters, databases and desktops.

Frozen data, all of it invented.  What they do is in the other modules of ``demo``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import NAMESPACE_DNS, uuid5

CLUSTER = "demo.example.com"
SERVER_VERSION = "17.4.2"

HUMAN = 1
BOT = 2


def fixed_uuid(name: str) -> str:
    """The UUID that the thing called ``name`` has in every demo log."""
    return str(uuid5(NAMESPACE_DNS, f"{name}.{CLUSTER}"))


@dataclass(frozen=True, slots=True)
class Device:
    """A computer registered for Device Trust; ``os_type`` 1 Linux, 2 macOS, 3 Windows."""

    asset_tag: str
    os_type: int

    @property
    def device_id(self) -> str:
        """The ID under which the cluster knows the device."""
        return fixed_uuid(f"device.{self.asset_tag}")


@dataclass(frozen=True, slots=True)
class MfaDevice:
    """A second factor: its user's name for it, and its type as Teleport writes it."""

    name: str
    type: str

    @property
    def uuid(self) -> str:
        """The UUID that sessions confirmed with it carry in ``with_mfa``."""
        return fixed_uuid(f"mfa.{self.name}")


@dataclass(frozen=True, slots=True)
class User:
    """A human or bot user.

    ``addresses`` are where the user connects from, the usual one first.  ``logins`` are
    OS accounts.  ``habits`` name what fills the day, as often as they are repeated
    (``routine.HABITS`` says what each one is), ``caution`` is the share of sessions that
    are confirmed with the second factor.
    """

    name: str
    addresses: tuple[str, ...]
    roles: tuple[str, ...]
    logins: tuple[str, ...] = ()
    kube_groups: tuple[str, ...] = ()
    mfa: MfaDevice | None = None
    device: Device | None = None
    connector: str = "local"
    kind: int = HUMAN
    key_policy: str = "none"
    caution: float = 0.0
    habits: tuple[str, ...] = ()

    @property
    def bot_name(self) -> str:
        """A bot's own name, without the prefix of its user; empty for a human."""
        return self.name.removeprefix("bot-") if self.kind == BOT else ""


@dataclass(frozen=True, slots=True)
class Host:
    """An SSH server, or the Teleport service in front of a cluster, database or desktop."""

    hostname: str
    address: str
    labels: Mapping[str, str] = field(default_factory=dict)
    sub_kind: str = ""

    @property
    def host_id(self) -> str:
        """The host UUID."""
        return fixed_uuid(f"host.{self.hostname}")


@dataclass(frozen=True, slots=True)
class KubeCluster:
    """A Kubernetes cluster and the Teleport service that reaches it."""

    name: str
    agent: Host
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Database:
    """A database resource and the Teleport service that reaches it."""

    service: str
    protocol: str
    uri: str
    databases: tuple[str, ...]
    agent: Host
    labels: Mapping[str, str]
    type: str = "self-hosted"
    origin: str = "config-file"
    aws_region: str = ""


@dataclass(frozen=True, slots=True)
class Desktop:
    """A Windows desktop and the Teleport service that reaches it."""

    name: str
    address: str
    agent: Host
    labels: Mapping[str, str]


ALICE = User(
    "alice.demo",
    ("192.0.2.11",),
    ("access", "sre"),
    ("alice", "ubuntu"),
    ("edit",),
    MfaDevice("alice-key", "WebAuthn"),
    Device("DEMO-MAC-0001", 2),
    "okta-demo",
    key_policy="hardware_key_touch",
    caution=0.9,
    habits=("ssh", "ssh", "command", "kube", "web app"),
)
BOB = User(
    "bob.demo",
    ("192.0.2.12", "2001:db8:0:b::12"),
    ("access", "developer"),
    ("bob", "ubuntu"),
    ("view",),
    MfaDevice("bob-phone", "TOTP"),
    caution=0.25,
    habits=("ssh", "ssh", "command", "kube", "kube", "database"),
)
CAROL = User(
    "carol.demo",
    ("192.0.2.13",),
    ("access", "dba"),
    ("carol",),
    (),
    MfaDevice("carol-key", "WebAuthn"),
    Device("DEMO-MAC-0003", 2),
    "okta-demo",
    caution=0.7,
    habits=("database", "database", "database", "ssh"),
)
DAVE = User(
    "dave.demo",
    ("192.0.2.14",),
    ("analyst",),
    (),
    (),
    MfaDevice("dave-phone", "TOTP"),
    caution=0.3,
    habits=("database", "database", "web app", "saml"),
)
ERIN = User(
    "erin.demo",
    ("192.0.2.15", "198.51.100.15"),
    ("access", "platform"),
    ("erin", "ubuntu"),
    ("system:masters",),
    MfaDevice("erin-key", "WebAuthn"),
    Device("DEMO-LNX-0005", 1),
    caution=0.5,
    habits=("kube", "kube", "kube", "ssh", "command"),
)
FRANK = User(
    "frank.demo",
    ("198.51.100.61", "198.51.100.62", "2001:db8:0:f::61"),
    ("contractor",),
    ("ubuntu",),
    ("view",),
    habits=("ssh", "ssh", "command", "saml"),
)
GRACE = User(
    "grace.demo",
    ("192.0.2.17",),
    ("auditor", "reviewer"),
    (),
    (),
    MfaDevice("grace-key", "WebAuthn"),
    Device("DEMO-WIN-0007", 3),
    "okta-demo",
    caution=0.9,
    habits=("web app", "saml", "desktop"),
)
HEIDI = User(
    "heidi.demo",
    ("192.0.2.18",),
    ("access", "support", "reviewer"),
    ("heidi",),
    (),
    MfaDevice("heidi-phone", "TOTP"),
    Device("DEMO-WIN-0008", 3),
    caution=0.4,
    habits=("desktop", "desktop", "saml", "ssh"),
)
ANNIE = User(
    "admin-annie",
    ("192.0.2.10", "198.51.100.10", "2001:db8:0:a::10"),
    ("access", "editor", "sre"),
    ("root", "annie"),
    ("system:masters",),
    MfaDevice("annie-key", "WebAuthn"),
    caution=0.5,
    habits=("ssh", "command", "kube"),
)
DEPLOYER = User("deployer", ("192.0.2.40",), ("deployer",), ("deploy",), ("edit",))
STAFF = (ALICE, BOB, CAROL, DAVE, ERIN, FRANK, GRACE, HEIDI, ANNIE)

BOT_CI = User("bot-ci", ("198.51.100.80",), ("bot-ci",), ("ci",), ("edit",), kind=BOT)
BOT_DEPLOY = User("bot-deploy", ("198.51.100.81",), ("bot-deploy",), ("deploy",), kind=BOT)
BOT_BACKUP = User("bot-backup", ("192.0.2.82",), ("bot-backup",), ("backup",), kind=BOT)

WEB_1 = Host("demo-web-01", "192.0.2.101:3022", {"env": "prod", "app": "web"})
WEB_2 = Host("demo-web-02", "192.0.2.102:3022", {"env": "prod", "app": "web"})
BUILD = Host("demo-build-01", "192.0.2.103:3022", {"env": "staging", "app": "build"})
BASTION = Host("demo-bastion-01", "[2001:db8:0:1::104]:3022", {"env": "prod", "app": "bastion"})
LEGACY = Host("demo-legacy-01", "192.0.2.105:22", {"env": "prod", "app": "erp"}, "openssh")
HOSTS = (WEB_1, WEB_2, BUILD, BASTION, LEGACY)

KUBE_AGENT = Host("demo-kube-agent-01", "192.0.2.110:3027")
DB_AGENT = Host("demo-db-agent-01", "192.0.2.111:3080")
DESKTOP_AGENT = Host("demo-desktop-agent-01", "192.0.2.112:3028")
APP_AGENT = Host("demo-app-agent-01", "192.0.2.113:3080")

PROD = KubeCluster("demo-prod", KUBE_AGENT, {"env": "prod", "region": "eu"})
STAGING = KubeCluster("demo-staging", KUBE_AGENT, {"env": "staging", "region": "eu"})

ORDERS = Database(
    "demo-orders",
    "postgres",
    "orders.db.example.com:5432",
    ("orders", "postgres"),
    DB_AGENT,
    {"env": "prod"},
)
BILLING = Database(
    "demo-billing",
    "postgres",
    "billing.rds.example.com:5432",
    ("billing",),
    DB_AGENT,
    {"env": "prod", "pci": "yes"},
    "rds",
    "cloud",
    "eu-central-1",
)
CATALOGUE = Database(
    "demo-catalogue",
    "mysql",
    "catalogue.db.example.com:3306",
    ("catalogue",),
    DB_AGENT,
    {"env": "staging"},
)
CLICKS = Database(
    "demo-clicks",
    "mongodb",
    "mongodb://clicks.db.example.com:27017",
    ("clicks",),
    DB_AGENT,
    {"env": "prod"},
    origin="dynamic",
)
DATABASES = (ORDERS, BILLING, CATALOGUE, CLICKS)

WIN_1 = Desktop("demo-win-01", "192.0.2.121:3389", DESKTOP_AGENT, {"env": "prod"})
WIN_2 = Desktop("demo-win-02", "192.0.2.122:3389", DESKTOP_AGENT, {"env": "staging"})
DESKTOPS = (WIN_1, WIN_2)
