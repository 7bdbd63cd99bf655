"""The fields that events share: who, from where, on what, in which session; and the event itself.

Shapes follow real Teleport logs: keys with dots, nested objects, label maps, and Go's
habit of leaving out what is empty.  What happens is not decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from .people import CLUSTER, SERVER_VERSION, Host, KubeCluster, User, fixed_uuid

Event = dict[str, Any]
Fields = Mapping[str, Any]

NEVER = "0001-01-01T00:00:00Z"  # Go's zero time, which Teleport writes for "no expiry"
_EMPTY: tuple[Any, ...] = (None, "", [], {})


class Entry(NamedTuple):
    """An event and its moment (UTC, whole milliseconds), by which the log is ordered."""

    at: datetime
    event: Event


@dataclass(frozen=True, slots=True)
class Actor:
    """A user at work: connected from an address, with the protections of the moment."""

    user: User
    address: str
    mfa: str = ""
    requests: tuple[str, ...] = ()
    impersonator: str = ""

    def tapped(self) -> Actor:
        """The same, having confirmed the session with the user's second factor, if there is one."""
        return replace(self, mfa=self.user.mfa.uuid) if self.user.mfa else self

    def under(self, request: str) -> Actor:
        """The same, using the approved access request of this ID."""
        return replace(self, requests=(*self.requests, request))


def at_usual_place(user: User) -> Actor:
    """The user at the first of the user's addresses, without any extra protection."""
    return Actor(user, user.addresses[0])


def stamp(at: datetime) -> str:
    """RFC 3339 in UTC with at most milliseconds; Go drops the zeros at the end of a fraction."""
    seconds, milliseconds = at.strftime("%Y-%m-%dT%H:%M:%S"), at.microsecond // 1000
    fraction = f".{milliseconds:03d}".rstrip("0") if milliseconds else ""
    return f"{seconds}{fraction}Z"


def new_uuid(rng: Random) -> str:
    """A random-looking UUID (version 4) that the same ``rng`` always gives."""
    return str(UUID(int=rng.getrandbits(128), version=4))


def entry(rng: Random, at: datetime, kind: str, code: str, *parts: Fields) -> Entry:
    """The event of type ``kind`` made of ``parts``; empty values are left out, keys sorted."""
    fields: dict[str, Any] = {
        "cluster_name": CLUSTER,
        "code": code,
        "ei": 0,
        "event": kind,
        "time": stamp(at),
        "uid": new_uuid(rng),
    }
    for part in parts:
        fields.update(part)
    return Entry(at, {key: fields[key] for key in sorted(fields) if fields[key] not in _EMPTY})


def by(actor: Actor) -> Fields:
    """Who acted, with the access requests, impersonator and trusted device in play."""
    user = actor.user
    return {
        "user": user.name,
        "user_kind": user.kind,
        "user_roles": list(user.roles),
        "bot_name": user.bot_name,
        "bot_instance_id": fixed_uuid(f"bot-instance.{user.name}") if user.bot_name else "",
        "access_requests": list(actor.requests),
        "impersonator": actor.impersonator,
        "trusted_device": _device_of(user),
    }


def _device_of(user: User) -> Fields:
    return device_fields(user) | {"device_origin": 1} if user.device else {}


def device_fields(user: User) -> dict[str, Any]:
    """The object that describes the user's trusted device; empty without one."""
    if user.device is None:
        return {}
    return {
        "asset_tag": user.device.asset_tag,
        "credential_id": fixed_uuid(f"credential.{user.device.asset_tag}"),
        "device_id": user.device.device_id,
        "os_type": user.device.os_type,
    }


def in_session(actor: Actor, sid: str) -> Fields:
    """The session, and the second factor that opened it."""
    return {
        "sid": sid,
        "with_mfa": actor.mfa,
        "private_key_policy": actor.user.key_policy,
    }


def on_host(host: Host) -> Fields:
    """The Teleport instance that served the session."""
    return {
        "namespace": "default",
        "server_addr": host.address,
        "server_hostname": host.hostname,
        "server_id": host.host_id,
        "server_labels": dict(host.labels),
        "server_sub_kind": host.sub_kind or "teleport",
        "server_version": SERVER_VERSION,
    }


def over(rng: Random, actor: Actor, host: Host, proto: str) -> Fields:
    """The connection: protocol, and both ends as ``address:port``."""
    return {
        "addr.local": host.address,
        "addr.remote": with_port(actor.address, rng.randrange(32768, 61000)),
        "proto": proto,
    }


def with_port(address: str, port: int) -> str:
    """``address:port``, with the brackets that IPv6 needs."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def in_cluster(actor: Actor, cluster: KubeCluster) -> Fields:
    """The Kubernetes cluster, and the names under which the user appears there."""
    return {
        "kubernetes_cluster": cluster.name,
        "kubernetes_groups": [*actor.user.kube_groups, "system:authenticated"],
        "kubernetes_labels": dict(cluster.labels),
        "kubernetes_users": [actor.user.name],
        "login": actor.user.name,
    }
