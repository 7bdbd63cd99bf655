"""Logins, certificates, devices, access requests, joins and administration in the log.

Each function gives the entries of one happening that begins at ``at``, in order of time.
Who does it and when is the caller's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from .events import (
    NEVER,
    Actor,
    Entry,
    Fields,
    by,
    device_fields,
    entry,
    in_session,
    new_uuid,
    on_host,
    over,
    stamp,
    with_port,
)
from .people import CLUSTER, Database, Host, User, fixed_uuid

STATIC_TOKEN_EXPIRES = "1970-01-01T00:00:00Z"  # what Teleport writes for a token without end
# A certificate says which device it is bound to only after the device has proved itself.
_NO_DEVICE_YET: Fields = {"trusted_device": {}}


def login(rng: Random, at: datetime, actor: Actor) -> Iterator[Entry]:
    """A user logs in, gets a certificate for the day, and proves the trusted device."""
    user = actor.user
    local = user.connector == "local"
    details = {
        "addr.remote": with_port(actor.address, rng.randrange(32768, 61000)),
        "method": "local" if local else "saml",
        # Single sign-on asks for the second factor elsewhere.
        "mfa_device": _mfa_device(user) if local else {},
        "success": True,
        "user_agent": "tsh/17.4.2 (demo)",
    }
    code = "T1000I" if local else "T1001I"
    yield entry(rng, at, "user.login", code, by(actor), _NO_DEVICE_YET, details)
    at += timedelta(milliseconds=rng.randrange(50, 400))
    yield from certificate(rng, at, actor, timedelta(hours=8))
    if user.device:
        at += timedelta(milliseconds=rng.randrange(300, 1500))
        proof = {"device": device_fields(user), "success": True}
        yield entry(rng, at, "device.authenticate", "TV006I", by(actor), _NO_DEVICE_YET, proof)


def _mfa_device(user: User) -> Fields:
    if user.mfa is None:
        return {}
    return {
        "mfa_device_name": user.mfa.name,
        "mfa_device_type": user.mfa.type,
        "mfa_device_uuid": user.mfa.uuid,
    }


def failed_login(rng: Random, at: datetime, name: str, address: str) -> Iterator[Entry]:
    """Somebody tries a password for ``name`` and fails."""
    details = {
        "addr.remote": with_port(address, rng.randrange(32768, 61000)),
        "error": "invalid username, password or second factor",
        "message": "invalid username, password or second factor",
        "method": "local",
        "success": False,
        "user": name,
        "user_agent": "Mozilla/5.0 (demo)",
    }
    yield entry(rng, at, "user.login", "T1000W", details)


def certificate(rng: Random, at: datetime, actor: Actor, life: timedelta) -> Iterator[Entry]:
    """A user certificate for ``life``, as after a login."""
    yield entry(rng, at, "cert.create", "TC000I", _certificate(actor, at, life))


def database_certificate(
    rng: Random, at: datetime, actor: Actor, database: Database, db_user: str
) -> Iterator[Entry]:
    """A certificate of one minute for one database, as per-session MFA asks for it."""
    fields = dict(_certificate(actor, at, timedelta(minutes=1)))
    fields["identity"] = dict(fields["identity"]) | {
        "prev_identity_expires": _whole_seconds(at + timedelta(hours=6)),
        "route_to_database": {
            "protocol": database.protocol,
            "service_name": database.service,
            "username": db_user,
        },
        "usage": ["usage:db"],
    }
    yield entry(rng, at, "cert.create", "TC000I", fields)


def _certificate(actor: Actor, at: datetime, life: timedelta) -> Fields:
    user = actor.user
    identity = {
        "access_requests": list(actor.requests),
        "client_ip": actor.address,
        "expires": _whole_seconds(at + life),
        "impersonator": actor.impersonator,
        "kubernetes_groups": list(user.kube_groups),
        "logins": list(user.logins),
        "mfa_device_uuid": actor.mfa,
        "prev_identity_expires": NEVER,
        "private_key_policy": user.key_policy,
        "roles": list(user.roles),
        "route_to_cluster": CLUSTER,
        "teleport_cluster": CLUSTER,
        "traits": {"logins": list(user.logins)},
        "user": user.name,
    }
    filled = {key: value for key, value in identity.items() if value not in ("", [], {})}
    return {"cert_type": "user", "identity": filled}


def _whole_seconds(at: datetime) -> str:
    return stamp(at.replace(microsecond=0))


def denied_login(
    rng: Random, at: datetime, actor: Actor, host: Host, principal: str
) -> Iterator[Entry]:
    """A server refuses an OS account that the certificate does not allow."""
    allowed = " ".join(f'"{name}"' for name in actor.user.logins)
    error = f'ssh: principal "{principal}" not in the set of valid principals: [{allowed}]'
    details = {"error": error, "login": principal, "success": False}
    line = over(rng, actor, host, "ssh")
    yield entry(rng, at, "auth", "T3007W", by(actor), line, details)


def rejected_session(rng: Random, at: datetime, actor: Actor, host: Host) -> Iterator[Entry]:
    """A session over the limit of connections is refused."""
    login_name = actor.user.logins[0]
    details = {"login": login_name, "max": 3, "reason": "max_connections limit reached"}
    parts = (by(actor), on_host(host), over(rng, actor, host, "ssh"))
    yield entry(rng, at, "session.rejected", "T1006W", *parts, details)


def saml_login(rng: Random, at: datetime, actor: Actor) -> Iterator[Entry]:
    """A user opens an outside application through single sign-on."""
    details = {
        "service_provider_entity_id": "https://tickets.example.com/saml",
        "service_provider_shortcut": "demo-tickets",
        "success": True,
    }
    parts = (by(actor), in_session(actor, new_uuid(rng)))
    yield entry(rng, at, "saml.idp.auth", "TSI000I", *parts, details)


def recovery_code(rng: Random, at: datetime, actor: Actor) -> Iterator[Entry]:
    """A recovery code is mistyped, then accepted."""
    wrong = {"success": False, "error": "recovery code did not match"}
    yield entry(rng, at, "recovery_code.used", "T1009W", by(actor), wrong)
    later = at + timedelta(seconds=rng.randrange(20, 90))
    yield entry(rng, later, "recovery_code.used", "T1009I", by(actor), {"success": True})


def access_request(
    rng: Random, at: datetime, request: str, actor: Actor, reason: str, what: Fields
) -> Iterator[Entry]:
    """A user asks for roles or resources (``what``) for eight hours."""
    until = stamp(at + timedelta(hours=8))
    details = {
        "expires": until,
        "id": request,
        "max_duration": until,
        "reason": reason,
        "state": "PENDING",
    }
    yield entry(rng, at, "access_request.create", "T5000I", by(actor), details, what)


def review(
    rng: Random, at: datetime, request: str, reviewer: User, proposed: str, state: str, reason: str
) -> Iterator[Entry]:
    """A reviewer's verdict, and the state that the request has after it."""
    until = stamp(at + timedelta(hours=8))
    details = {
        "expires": until,
        "id": request,
        "max_duration": until,
        "proposed_state": proposed,
        "reason": reason,
        "reviewer": reviewer.name,
        "state": state,
    }
    yield entry(rng, at, "access_request.review", "T5002I", details)


def new_user(rng: Random, at: datetime, admin: Actor, user: User) -> Iterator[Entry]:
    """A local user is created, invited, sets a password and enrolls a computer."""
    resource = {"name": user.name, "expires": NEVER, "updated_by": admin.user.name}
    created = {"connector": "local", "roles": list(user.roles)}
    yield entry(rng, at, "user.create", "T1002I", by(admin), resource, created)
    at += timedelta(seconds=rng.randrange(1, 5))
    invitation = {"name": user.name, "ttl": "1h0m0s", "expires": stamp(at + timedelta(hours=1))}
    yield entry(rng, at, "reset_password_token.create", "T6000I", by(admin), invitation)
    at += timedelta(minutes=rng.randrange(5, 40))
    actor = Actor(user, user.addresses[0])
    yield entry(rng, at, "user.password_change", "T1005I", by(actor), _NO_DEVICE_YET)
    at += timedelta(minutes=rng.randrange(1, 5))
    enrolled = {"device": device_fields(user), "success": True}
    yield entry(rng, at, "device.enroll", "TV005I", by(actor), _NO_DEVICE_YET, enrolled)


def administration(
    rng: Random, at: datetime, kind: str, code: str, admin: Actor, name: str, details: Fields
) -> Iterator[Entry]:
    """An administrator creates, changes or deletes the resource ``name``."""
    resource = {"name": name, "updated_by": admin.user.name, "expires": NEVER}
    yield entry(rng, at, kind, code, by(admin), resource, details)


def access_list(
    rng: Random, at: datetime, kind: str, code: str, admin: User, name: str, details: Fields
) -> Iterator[Entry]:
    """An owner changes the access list ``name``."""
    owner = {"name": name, "updated_by": admin.name, "access_list_title": name, "success": True}
    yield entry(rng, at, kind, code, owner, details)


def access_list_members(
    rng: Random, at: datetime, kind: str, code: str, admin: User, name: str, members: list[Fields]
) -> Iterator[Entry]:
    """An owner changes who is on the access list ``name``."""
    change = {
        "access_list_name": name,
        "access_list_title": name,
        "members": [dict(member) for member in members],
        "success": True,
        "updated_by": admin.name,
    }
    yield entry(rng, at, kind, code, change)


def join_token(
    rng: Random, at: datetime, admin: Actor, roles: list[str], expires: str
) -> Iterator[Entry]:
    """A join token is made; its name is a secret and therefore not in the log."""
    details = {"expires": expires, "join_method": "token", "roles": roles}
    yield entry(rng, at, "join_token.create", "TJT00I", by(admin), details)


def instance_join(
    rng: Random, at: datetime, node: str, role: str, token_expires: str, address: str
) -> Iterator[Entry]:
    """A server joins with a secret token that expires at ``token_expires``."""
    details = {
        "addr.remote": address,
        "host_id": fixed_uuid(f"host.{node}"),
        "method": "token",
        "node_name": node,
        "role": role,
        "success": True,
        "token_expires": token_expires,
        "token_name": "*" * 24 + fixed_uuid(token_expires)[:8],
    }
    yield entry(rng, at, "instance.join", "TJ002I", details)


def failed_instance_join(rng: Random, at: datetime, node: str, address: str) -> Iterator[Entry]:
    """A server tries to join with a token that is no more."""
    details = {
        "addr.remote": address,
        "error": "token expired or not found",
        "method": "token",
        "node_name": node,
        "role": "Node",
        "success": False,
        "token_name": "*" * 24 + "00c0ffee",
    }
    yield entry(rng, at, "instance.join", "TJ002E", details)


_GITHUB_RUN: Fields = {"repository": "demo/shop", "ref": "refs/heads/main", "actor": "bob-demo"}


def bot_join(rng: Random, at: datetime, bot: User, method: str, life: timedelta) -> Iterator[Entry]:
    """A bot joins and gets its certificate for ``life``."""
    details = {
        "addr.remote": bot.addresses[0],
        "attributes": dict(_GITHUB_RUN) if method == "github" else {},
        "bot_name": bot.bot_name,
        "method": method,
        "success": True,
        "token_name": f"{bot.name}-{method}",
        "user_name": bot.name,
    }
    yield entry(rng, at, "bot.join", "TJ001I", details)
    at += timedelta(milliseconds=rng.randrange(40, 300))
    yield from certificate(rng, at, Actor(bot, bot.addresses[0]), life)


def failed_bot_join(rng: Random, at: datetime, method: str, address: str) -> Iterator[Entry]:
    """Something that calls itself a bot does not get in."""
    details = {
        "addr.remote": address,
        "bot_name": "unknown",
        "error": "id token claims did not match any allow rules",
        "method": method,
        "success": False,
        "token_name": f"bot-ci-{method}",
    }
    yield entry(rng, at, "bot.join", "TJ001E", details)
