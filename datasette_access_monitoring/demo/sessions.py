"""What a session leaves in the log, over SSH, Kubernetes, a database, a desktop or an app.

Each function gives the entries of one session or command that begins at ``at``, in
order of time.  Who does it, when and how well protected is the caller's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from .events import (
    Actor,
    Entry,
    Fields,
    by,
    entry,
    in_cluster,
    in_session,
    new_uuid,
    on_host,
    over,
    stamp,
)
from .people import APP_AGENT, CLUSTER, Database, Desktop, Host, KubeCluster

_PROGRAMS = (
    ("ls", "/usr/bin/ls", ["-la", "/srv"]),
    ("systemctl", "/usr/bin/systemctl", ["status", "nginx"]),
    ("tail", "/usr/bin/tail", ["-n", "200", "/var/log/syslog"]),
    ("df", "/usr/bin/df", ["-h"]),
    ("curl", "/usr/bin/curl", ["-sI", "https://www.example.com"]),
    ("vim", "/usr/bin/vim", ["/etc/nginx/nginx.conf"]),
)
_STATEMENTS = {
    "postgres": (
        ("SELECT count(*) FROM orders WHERE created_at >= $1", ["2024-01-01"]),
        ("SELECT id, total FROM orders ORDER BY id DESC LIMIT 50", []),
        ("UPDATE orders SET state = $1 WHERE id = $2", ["shipped", "1042"]),
    ),
    "mysql": (
        ("SELECT sku, title FROM products LIMIT 100", []),
        ("SHOW TABLES", []),
    ),
    "mongodb": (('{"find": "clicks", "filter": {"page": "/start"}}', []),),
}
_REQUESTS = (
    ("GET", "pods", "core/v1", ""),
    ("GET", "pods", "core/v1", "shop-7c9d"),
    ("GET", "deployments", "apps/v1", ""),
    ("PATCH", "deployments", "apps/v1", "shop"),
    ("GET", "secrets", "core/v1", "shop-tls"),
    ("DELETE", "pods", "core/v1", "shop-7c9d"),
)


def _pause(rng: Random, seconds: int) -> timedelta:
    return timedelta(milliseconds=rng.randrange(200, seconds * 1000))


def ssh_session(
    rng: Random, at: datetime, actor: Actor, host: Host, login: str, commands: int = 0
) -> Iterator[Entry]:
    """An interactive SSH session; ``commands`` programs are seen by enhanced recording."""
    sid = new_uuid(rng)
    where: tuple[Fields, ...] = (by(actor), in_session(actor, sid), on_host(host))
    line = over(rng, actor, host, "ssh")
    size, recording = rng.choice(("80:25", "120:40", "212:58")), "node"
    start = {"login": login, "size": size, "session_recording": recording}
    yield entry(rng, at, "session.start", "T2000I", *where, line, start)
    now = at
    for index in range(1, commands + 1):
        now += _pause(rng, 90)
        yield entry(
            rng, now, "session.command", "T4000I", *where, _program(rng, index), {"login": login}
        )
    now += _pause(rng, 1500)
    end = {
        "ei": commands + 1,
        "enhanced_recording": commands > 0,
        "interactive": True,
        "login": login,
        "participants": [actor.user.name],
        "session_recording": recording,
        "session_start": stamp(at),
        "session_stop": stamp(now),
    }
    yield entry(rng, now, "session.end", "T2004I", *where, line, end)
    data = {
        "ei": 2147483646,
        "login": login,
        "rx": rng.randrange(2_000, 90_000),
        "tx": rng.randrange(2_000, 400_000),
    }
    yield entry(rng, now + _pause(rng, 2), "session.data", "T2006I", *where, line, data)


def _program(rng: Random, index: int) -> Fields:
    program, path, argv = rng.choice(_PROGRAMS)
    return {
        "argv": list(argv),
        "cgroup_id": rng.randrange(2_000, 90_000),
        "ei": index,
        "path": path,
        "pid": rng.randrange(2_000, 60_000),
        "ppid": rng.randrange(1_000, 2_000),
        "program": program,
        "return_code": 0,
    }


def ssh_join(
    rng: Random, at: datetime, actor: Actor, host: Host, login: str, joining: Actor
) -> Iterator[Entry]:
    """An interactive session that somebody else joins."""
    opening, *rest = ssh_session(rng, at, actor, host, login)
    yield opening
    parts = (by(joining), in_session(joining, opening.event["sid"]), on_host(host))
    details = {"ei": 4, "login": login}
    moment = at + timedelta(milliseconds=150)
    line = over(rng, joining, host, "ssh")
    yield entry(rng, moment, "session.join", "T2001I", *parts, line, details)
    yield from rest


def ssh_command(
    rng: Random, at: datetime, actor: Actor, host: Host, login: str, command: str
) -> Iterator[Entry]:
    """One command over SSH, without an interactive session."""
    parts = (by(actor), in_session(actor, new_uuid(rng)), on_host(host))
    details = {"login": login, "command": command, "exitCode": "0"}
    yield entry(rng, at, "exec", "T3002I", *parts, over(rng, actor, host, "ssh"), details)


def failing_ssh_command(
    rng: Random, at: datetime, actor: Actor, host: Host, login: str, command: str
) -> Iterator[Entry]:
    """One command over SSH that ends with status 1."""
    parts = (by(actor), in_session(actor, new_uuid(rng)), on_host(host))
    failure = {"exitCode": "1", "exitError": "exit status 1"}
    details = {"login": login, "command": command, **failure}
    yield entry(rng, at, "exec", "T3002E", *parts, over(rng, actor, host, "ssh"), details)


def kube_requests(
    rng: Random, at: datetime, actor: Actor, cluster: KubeCluster, count: int
) -> Iterator[Entry]:
    """``count`` requests to a Kubernetes API, seconds apart; deleting is sometimes refused."""
    now = at
    for _ in range(count):
        verb, kind, group, name = rng.choice(_REQUESTS)
        path = f"/apis/{group}" if "apps" in group else "/api/v1"
        refused = verb == "DELETE" and "view" in actor.user.kube_groups
        details = {
            "verb": verb,
            "request_path": f"{path}/namespaces/shop/{kind}" + (f"/{name}" if name else ""),
            "resource_api_group": group,
            "resource_kind": kind,
            "resource_name": name,
            "resource_namespace": "shop",
            "response_code": 403 if refused else 200,
        }
        parts = (by(actor), in_session(actor, ""), on_host(cluster.agent))
        line = over(rng, actor, cluster.agent, "kube")
        yield entry(
            rng, now, "kube.request", "T3009I", *parts, line, in_cluster(actor, cluster), details
        )
        now += _pause(rng, 20)


_POD: Fields = {
    "kubernetes_container_image": "registry.example.com/shop:1.8",
    "kubernetes_container_name": "shop",
    "kubernetes_node_name": "demo-prod-node-03",
    "kubernetes_pod_name": "shop-7c9d",
    "kubernetes_pod_namespace": "shop",
}


def kube_exec(
    rng: Random, at: datetime, actor: Actor, cluster: KubeCluster, command: str
) -> Iterator[Entry]:
    """One command in a pod."""
    parts = (by(actor), in_session(actor, new_uuid(rng)), on_host(cluster.agent))
    details = {"command": command, "exitCode": "0"}
    line = over(rng, actor, cluster.agent, "kube")
    inside = in_cluster(actor, cluster)
    yield entry(rng, at, "exec", "T3002I", *parts, line, inside, _POD, details)


def kube_shell(rng: Random, at: datetime, actor: Actor, cluster: KubeCluster) -> Iterator[Entry]:
    """An interactive shell in a pod."""
    parts = (by(actor), in_session(actor, new_uuid(rng)), on_host(cluster.agent))
    line = over(rng, actor, cluster.agent, "kube")
    inside = in_cluster(actor, cluster)
    start = {"initial_command": ["sh", "-l"], "size": "120:40", "session_recording": "node"}
    yield entry(rng, at, "session.start", "T2000I", *parts, line, inside, _POD, start)
    stop = at + _pause(rng, 900)
    end = {
        "ei": 1,
        "interactive": True,
        "participants": [actor.user.name],
        "session_start": stamp(at),
        "session_stop": stamp(stop),
    }
    yield entry(rng, stop, "session.end", "T2004I", *parts, line, inside, _POD, end)


def database_fields(database: Database, db_user: str, name: str) -> Fields:
    """The database resource, and the account and logical database used in it."""
    return {
        "db_aws_region": database.aws_region,
        "db_labels": dict(database.labels),
        "db_name": name,
        "db_origin": database.origin,
        "db_protocol": database.protocol,
        "db_service": database.service,
        "db_type": database.type,
        "db_uri": database.uri,
        "db_user": db_user,
    }


def db_session(
    rng: Random, at: datetime, actor: Actor, database: Database, db_user: str, statements: int = 1
) -> Iterator[Entry]:
    """A database session with some statements."""
    what = database_fields(database, db_user, database.databases[0])
    who = (by(actor), in_session(actor, new_uuid(rng)))
    line = over(rng, actor, database.agent, "db")
    yield entry(
        rng, at, "db.session.start", "TDB00I", *who, on_host(database.agent), line, what,
        {"success": True},
    )  # fmt: skip
    now = at
    for index in range(1, statements + 1):
        now += _pause(rng, 60)
        text, parameters = rng.choice(_STATEMENTS[database.protocol])
        query = {
            "db_query": text,
            "db_query_parameters": list(parameters),
            "ei": index,
            "success": True,
        }
        yield entry(rng, now, "db.session.query", "TDB02I", *who, what, query)
    end = {"ei": statements + 1}
    yield entry(rng, now + _pause(rng, 600), "db.session.end", "TDB01I", *who, what, end)


def denied_query(
    rng: Random, at: datetime, actor: Actor, database: Database, db_user: str, text: str
) -> Iterator[Entry]:
    """A database session whose only statement is refused."""
    opening, closing = db_session(rng, at, actor, database, db_user, statements=0)
    yield opening
    refusal = {
        "db_query": text,
        "ei": 1,
        "error": "permission denied for table cards",
        "message": "permission denied for table cards",
        "success": False,
    }
    sid = opening.event["sid"]
    who = (by(actor), in_session(actor, sid), database_fields(database, db_user, "billing"))
    moment = at + timedelta(milliseconds=120)
    yield entry(rng, moment, "db.session.query.failed", "TDB02W", *who, refusal)
    yield closing


def refused_db_session(
    rng: Random, at: datetime, actor: Actor, database: Database, db_user: str
) -> Iterator[Entry]:
    """A database connection that Teleport refuses."""
    refusal = {
        "error": "access to db denied",
        "message": "access to db denied",
        "success": False,
    }
    what = database_fields(database, db_user, database.databases[0])
    parts = (by(actor), in_session(actor, new_uuid(rng)), on_host(database.agent))
    line = over(rng, actor, database.agent, "db")
    yield entry(rng, at, "db.session.start", "TDB00W", *parts, line, what, refusal)


def desktop_session(rng: Random, at: datetime, actor: Actor, desktop: Desktop) -> Iterator[Entry]:
    """A Windows desktop session, from start to end."""
    login = actor.user.name.split(".")[0]
    shared = {
        "desktop_addr": desktop.address,
        "desktop_labels": dict(desktop.labels),
        "desktop_name": desktop.name,
        "login": login,
        "windows_desktop_service": desktop.agent.host_id,
        "windows_domain": "ad.example.com",
        "windows_user": login,
    }
    parts = (by(actor), in_session(actor, new_uuid(rng)), shared)
    line = over(rng, actor, desktop.agent, "tdp")
    start = {"success": True, "allow_user_creation": False}
    yield entry(rng, at, "windows.desktop.session.start", "TDP00I", *parts, line, start)
    stop = at + _pause(rng, 3600)
    end = {
        "participants": [actor.user.name],
        "recorded": True,
        "session_start": stamp(at),
        "session_stop": stamp(stop),
    }
    yield entry(rng, stop, "windows.desktop.session.end", "TDP01I", *parts, end)


def app_session(rng: Random, at: datetime, actor: Actor) -> Iterator[Entry]:
    """A web application is opened."""
    app = {"app_name": "demo-dashboard", "public_addr": f"demo-dashboard.{CLUSTER}"}
    parts = (by(actor), in_session(actor, new_uuid(rng)), on_host(APP_AGENT))
    line = over(rng, actor, APP_AGENT, "http")
    yield entry(rng, at, "app.session.start", "T2007I", *parts, line, app)
