"""The fixed appointments of the demo's week: what the reports and example queries are to find.

Each story belongs to a weekday and an hour, so that any seven days hold the whole week
whatever moment they end at.  What a report looks for happens on at least two weekdays:
the week that a query sees may begin in the middle of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from . import accounts, sessions
from .events import NEVER, Actor, Entry, Fields, at_usual_place, new_uuid, stamp
from .people import (
    ALICE,
    ANNIE,
    BASTION,
    BILLING,
    BOB,
    BOT_DEPLOY,
    BUILD,
    CAROL,
    CLUSTER,
    DAVE,
    DEPLOYER,
    ERIN,
    FRANK,
    GRACE,
    HEIDI,
    LEGACY,
    ORDERS,
    PROD,
    STAGING,
    WEB_1,
    WEB_2,
    Device,
    User,
)

Story = Callable[[Random, datetime], Iterator[Entry]]


def moment(rng: Random, day: datetime, clock: str) -> datetime:
    """``clock`` (HH:MM, UTC) on ``day`` (its midnight), up to ten minutes late."""
    hours, minutes = clock.split(":")
    late = timedelta(milliseconds=rng.randrange(600_000))
    return day + timedelta(hours=int(hours), minutes=int(minutes)) + late


def newcomer(rng: Random, day: datetime) -> Iterator[Entry]:
    """Every week a trainee begins, named after the ISO week."""
    week = day.isocalendar()[1]
    device = Device(f"DEMO-MAC-1{week:03d}", 2)
    trainee = User(f"trainee-{week:02d}.demo", ("192.0.2.30",), ("access",), device=device)
    at = moment(rng, day, "09:20")
    yield from accounts.new_user(rng, at, at_usual_place(ANNIE).tapped(), trainee)
    at = moment(rng, day, "10:20")
    member = {"member_name": trainee.name, "joined_on": stamp(at), "reason": "trainee"}
    yield from accounts.access_list_members(
        rng, at, "access_list.member.create", "TAL005I", GRACE, "demo-staging-access", [member]
    )


def weak_database_day(rng: Random, day: datetime) -> Iterator[Entry]:
    """Carol as ``postgres``, and Dave with no protection at all."""
    at = moment(rng, day, "11:00")
    yield from sessions.db_session(rng, at, at_usual_place(CAROL).tapped(), ORDERS, "postgres", 3)
    at = moment(rng, day, "15:10")
    yield from sessions.db_session(rng, at, at_usual_place(DAVE), ORDERS, "dave", 2)


def request_denied(rng: Random, day: datetime) -> Iterator[Entry]:
    """Dave asks for too much."""
    request, at = new_uuid(rng), moment(rng, day, "14:00")
    roles = {"roles": ["dba"]}
    asking = at_usual_place(DAVE)
    yield from accounts.access_request(rng, at, request, asking, "quick look at billing", roles)
    at += timedelta(minutes=rng.randrange(4, 30))
    yield from accounts.review(
        rng, at, request, GRACE, "DENIED", "DENIED", "please use the reporting copy"
    )


def request_approved(rng: Random, day: datetime) -> Iterator[Entry]:
    """Bob asks, is approved, and works under the request."""
    request, at = new_uuid(rng), moment(rng, day, "10:05")
    roles = {"roles": ["db-admin"]}
    asking = at_usual_place(BOB).tapped()
    yield from accounts.access_request(rng, at, request, asking, "DEMO-42: fix totals", roles)
    at += timedelta(minutes=rng.randrange(3, 20))
    yield from accounts.review(rng, at, request, GRACE, "APPROVED", "APPROVED", "DEMO-42 is real")
    granted = asking.under(request)
    at += timedelta(minutes=rng.randrange(1, 5))
    yield from accounts.database_certificate(rng, at, granted, BILLING, "bob")
    at += timedelta(seconds=3)
    yield from sessions.db_session(rng, at, granted, BILLING, "bob", 3)


def request_with_two_reviews(rng: Random, day: datetime) -> Iterator[Entry]:
    """Erin asks for one cluster, which two reviewers must approve."""
    request, at = new_uuid(rng), moment(rng, day, "09:40")
    resource = {"cluster": CLUSTER, "kind": "kube_cluster", "name": PROD.name}
    what = {"roles": ["kube-admin"], "resource_ids": [resource]}
    asking = at_usual_place(ERIN).tapped()
    yield from accounts.access_request(rng, at, request, asking, "DEMO-77: drain a node", what)
    at += timedelta(minutes=rng.randrange(2, 9))
    yield from accounts.review(rng, at, request, HEIDI, "APPROVED", "PENDING", "fine with me")
    at += timedelta(minutes=rng.randrange(2, 9))
    yield from accounts.review(rng, at, request, GRACE, "APPROVED", "APPROVED", "go ahead")
    at += timedelta(minutes=2)
    yield from sessions.kube_requests(rng, at, asking.under(request), PROD, 4)


def annie_in_two_places(rng: Random, day: datetime) -> Iterator[Entry]:
    """Annie logs in at the office and again elsewhere, and opens a root shell."""
    yield from accounts.login(rng, moment(rng, day, "08:40"), at_usual_place(ANNIE))
    elsewhere = Actor(ANNIE, ANNIE.addresses[1])
    at = moment(rng, day, "15:30")
    yield from accounts.login(rng, at, elsewhere)
    at += timedelta(minutes=2)
    yield from sessions.ssh_session(rng, at, elsewhere, LEGACY, "root", 4)


def frank_in_two_places(rng: Random, day: datetime) -> Iterator[Entry]:
    """Frank's certificates are asked for over IPv4, then over IPv6."""
    for clock, address in (("08:50", FRANK.addresses[1]), ("14:50", FRANK.addresses[2])):
        yield from accounts.login(rng, moment(rng, day, clock), Actor(FRANK, address))


def lasting_tokens(rng: Random, day: datetime) -> Iterator[Entry]:
    """Join tokens for a month and for ever, and servers that use them."""
    at = moment(rng, day, "16:00")
    month = at.replace(microsecond=0) + timedelta(days=30)
    erin = at_usual_place(ERIN)
    yield from accounts.join_token(rng, at, erin, ["Node"], stamp(month))
    at += timedelta(minutes=3)
    yield from accounts.instance_join(rng, at, WEB_2.hostname, "Node", stamp(month), "192.0.2.102")
    at += timedelta(minutes=4)
    yield from accounts.join_token(rng, at, erin, ["Node", "Db"], NEVER)
    static = accounts.STATIC_TOKEN_EXPIRES
    at += timedelta(minutes=2)
    yield from accounts.instance_join(rng, at, LEGACY.hostname, "Node", static, "192.0.2.105")


def late_in_the_token(rng: Random, day: datetime) -> Iterator[Entry]:
    """A build server joins with a token that still has a week; another comes too late."""
    at = moment(rng, day, "13:50")
    week = stamp(at.replace(microsecond=0) + timedelta(days=7))
    yield from accounts.instance_join(rng, at, BUILD.hostname, "Node", week, "192.0.2.103")
    at += timedelta(minutes=1)
    hour = stamp(at.replace(microsecond=0) + timedelta(minutes=55))
    yield from accounts.instance_join(rng, at, BASTION.hostname, "Node", hour, "2001:db8:0:1::104")
    at += timedelta(minutes=20)
    yield from accounts.failed_instance_join(rng, at, "demo-spare-01", "192.0.2.109")


def month_long_certificate(rng: Random, day: datetime) -> Iterator[Entry]:
    """The deployment bot renews a certificate that lives for 30 days."""
    at = moment(rng, day, "09:30")
    yield from accounts.bot_join(rng, at, BOT_DEPLOY, "token", timedelta(days=30))
    at += timedelta(minutes=4)
    yield from accounts.failed_bot_join(rng, at, "github", "198.51.100.200")


def week_long_certificate(rng: Random, day: datetime) -> Iterator[Entry]:
    """Annie gives herself a certificate for a week, before the weekend."""
    at = moment(rng, day, "15:00")
    yield from accounts.certificate(rng, at, at_usual_place(ANNIE).tapped(), timedelta(days=7))


def in_the_pod(rng: Random, day: datetime) -> Iterator[Entry]:
    """Erin looks into a pod, as a member of system:masters."""
    erin, at = at_usual_place(ERIN), moment(rng, day, "11:15")
    yield from sessions.kube_requests(rng, at, erin, PROD, 3)
    at += timedelta(minutes=2)
    yield from sessions.kube_exec(rng, at, erin, PROD, "env")
    at += timedelta(minutes=1)
    yield from sessions.kube_shell(rng, at, erin.tapped(), PROD)


def impersonation(rng: Random, day: datetime) -> Iterator[Entry]:
    """Alice acts as the deployment user."""
    at = moment(rng, day, "14:00")
    actor = Actor(DEPLOYER, DEPLOYER.addresses[0], impersonator=ALICE.name)
    yield from accounts.certificate(rng, at, actor, timedelta(hours=1))
    at += timedelta(minutes=1)
    yield from sessions.ssh_session(rng, at, actor, WEB_1, "deploy", 2)
    at += timedelta(minutes=30)
    yield from sessions.kube_requests(rng, at, actor, STAGING, 2)
    yield from sessions.db_session(rng, at, actor, ORDERS, "deploy", 1)


def readers_of_passwd(rng: Random, day: datetime) -> Iterator[Entry]:
    """Bob reads /etc/passwd; Heidi types it in capitals, which is another file."""
    at = moment(rng, day, "13:10")
    yield from sessions.ssh_command(rng, at, at_usual_place(BOB), BASTION, "bob", "cat /etc/passwd")
    at += timedelta(minutes=7)
    yield from sessions.failing_ssh_command(
        rng, at, at_usual_place(HEIDI), LEGACY, "heidi", "CAT /ETC/PASSWD"
    )


def frank_counts_users(rng: Random, day: datetime) -> Iterator[Entry]:
    """Frank needs /etc/passwd in a longer command, then tries an account he has not."""
    frank, at = at_usual_place(FRANK), moment(rng, day, "11:40")
    command = "sudo grep -c bash /etc/passwd > /tmp/users"
    yield from sessions.ssh_command(rng, at, frank, WEB_1, "ubuntu", command)
    at += timedelta(minutes=1)
    yield from accounts.denied_login(rng, at, frank, WEB_1, "root")


def company_at_the_keyboard(rng: Random, day: datetime) -> Iterator[Entry]:
    """Alice joins Bob's session; Frank opens one too many; Dave is turned away."""
    at = moment(rng, day, "16:20")
    alice = at_usual_place(ALICE).tapped()
    yield from sessions.ssh_join(rng, at, at_usual_place(BOB), WEB_2, "bob", alice)
    at += timedelta(minutes=5)
    yield from accounts.rejected_session(rng, at, at_usual_place(FRANK), WEB_1)
    at += timedelta(minutes=1)
    yield from sessions.refused_db_session(rng, at, at_usual_place(DAVE), BILLING, "postgres")


def forbidden_table(rng: Random, day: datetime) -> Iterator[Entry]:
    """Dave asks the billing database for what his account may not see."""
    at = moment(rng, day, "10:10")
    dave = at_usual_place(DAVE).tapped()
    text = "SELECT number FROM cards LIMIT 10"
    yield from sessions.denied_query(rng, at, dave, BILLING, "reporting", text)


def bob_as_postgres(rng: Random, day: datetime) -> Iterator[Entry]:
    """Bob uses the database's superuser, with no protection at all."""
    at = moment(rng, day, "11:30")
    yield from sessions.db_session(rng, at, at_usual_place(BOB), BILLING, "postgres", 2)


def lists_in_order(rng: Random, day: datetime) -> Iterator[Entry]:
    """Grace keeps the access lists: one comes, one goes, one is reviewed."""
    at, title = moment(rng, day, "10:00"), f"demo-project-{day.isocalendar()[1]:02d}"
    staging = "demo-staging-access"
    leaving = {"member_name": "frank.demo", "reason": "contract ends", "removed_on": stamp(at)}
    requirements = {"roles": ["access"], "traits": {"team": ["platform"]}}
    verdict = {
        "membership_requirements_changed": requirements,
        "removed_members": ["frank.demo"],
        "review_frequency_changed": "3 months",
        "review_id": new_uuid(rng),
    }

    def after(minutes: int) -> datetime:
        return at + timedelta(minutes=minutes, seconds=rng.randrange(50))

    def settings(minutes: int, kind: str, code: str, name: str, details: Fields) -> Entry:
        (written,) = accounts.access_list(rng, after(minutes), kind, code, GRACE, name, details)
        return written

    yield settings(0, "access_list.create", "TAL001I", title, {})
    for minutes, kind, code, member in (
        (2, "access_list.member.update", "TAL006I", {"member_name": "bob.demo"}),
        (3, "access_list.member.delete", "TAL007I", leaving),
    ):
        yield from accounts.access_list_members(
            rng, after(minutes), kind, code, GRACE, staging, [member]
        )
    yield settings(4, "access_list.review", "TAL004I", staging, verdict)
    yield settings(5, "access_list.update", "TAL002I", title, {})
    yield settings(40, "access_list.delete", "TAL003I", title, {})


def locked_out(rng: Random, day: datetime) -> Iterator[Entry]:
    """Frank is locked for an hour while somebody asks what he was doing."""
    lock = new_uuid(rng)
    grace = at_usual_place(GRACE).tapped()
    target = {"target": {"user": FRANK.name}}
    for clock, kind, code, details in (
        ("18:20", "lock.created", "TLK00I", target),
        ("19:10", "lock.deleted", "TLK01I", {}),
    ):
        at = moment(rng, day, clock)
        yield from accounts.administration(rng, at, kind, code, grace, lock, details)


def roles_and_codes(rng: Random, day: datetime) -> Iterator[Entry]:
    """Annie changes a role's holders; Heidi has lost a phone."""
    annie, at = at_usual_place(ANNIE).tapped(), moment(rng, day, "12:10")
    role = f"demo-role-{day.isocalendar()[1]:02d}"
    yield from accounts.administration(rng, at, "role.created", "T9000I", annie, role, {})
    at += timedelta(minutes=1)
    roles = {"roles": [*HEIDI.roles, role], "connector": "local"}
    yield from accounts.administration(rng, at, "user.update", "T1003I", annie, HEIDI.name, roles)
    at += timedelta(minutes=15)
    yield from accounts.recovery_code(rng, at, at_usual_place(HEIDI))


def weekend_duty(rng: Random, day: datetime) -> Iterator[Entry]:
    """Annie mends production from home, in a hurry: root, a pod, no second factor."""
    home, at = Actor(ANNIE, ANNIE.addresses[2]), moment(rng, day, "11:00")
    yield from accounts.login(rng, at, home)
    at += timedelta(minutes=2)
    yield from sessions.ssh_session(rng, at, home, WEB_1, "root", 3)
    at += timedelta(minutes=40)
    yield from sessions.kube_requests(rng, at, home, PROD, 2)
    at += timedelta(minutes=2)
    yield from sessions.kube_exec(rng, at, home, PROD, "cat /etc/hosts")


# Monday is 0.
WEEK: Mapping[int, tuple[Story, ...]] = {
    0: (newcomer, weak_database_day, request_denied),
    1: (request_approved, annie_in_two_places, lasting_tokens, frank_counts_users),
    2: (month_long_certificate, forbidden_table, in_the_pod, impersonation),
    3: (
        request_with_two_reviews,
        readers_of_passwd,
        frank_in_two_places,
        company_at_the_keyboard,
    ),
    4: (
        lists_in_order,
        bob_as_postgres,
        roles_and_codes,
        locked_out,
        late_in_the_token,
        week_long_certificate,
    ),
    5: (weekend_duty,),
    6: (),
}
