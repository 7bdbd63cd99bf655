"""Events for the comparison: every odd value in every kind of column, the same in both engines.

Deterministic.  Values are plain Python: texts, numbers, lists of texts, lists of dicts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from datasette_access_monitoring.catalog import load_catalog
from datasette_access_monitoring.catalog.types import BOOLEAN, INTEGER, VARCHAR, TrinoType

VIEWS = (
    "exec", "session_start", "cert_create", "kube_request", "db_session_start", "user_login",
    "access_request_create", "access_request_review", "session_command",
    "access_list_member_create",
)  # fmt: skip

USERS = ("alice", "Alice", "bob", "bob@example.com", "éva", "ÉVA", "ß", "", "系统", "a_b", "a%b",
         "O'Brien", "admin-annie", None)  # fmt: skip
TEXTS = ("cat /etc/passwd", "CAT /ETC/PASSWD", "ls", "", " padded ", "a:b:c", "10.1.2.3:50",
         "naïve", "100%", "under_score", "back\\slash", "two\nlines", "😀 emoji", "x" * 300,
         "éa", "e\u0301", None)  # fmt: skip
NUMBERS = (0, 1, -1, 2, 3, 7, 200, 403, 404, 2147483647, -2147483648, None)
TIMES = ("2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z", "2026-11-21T10:00:00.001Z",
         "2026-11-20T12:00:00+02:00", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z",
         "2026-12-31T23:59:59.999Z", None)  # fmt: skip
ELEMENTS = ("admin", "editor", "Admin", "system:masters", "", "é", "a,b", '"quoted"')
KINDS = ("node", "db", "kube_cluster", "")

# Text columns whose values are drawn from a list of their own.
OWN = {
    "user": USERS, "identity_user": USERS, "login": ("root", "Root", "ubuntu", "", None),
    "identity_expires": TIMES, "expires": TIMES, "with_mfa": ("", "dev-1", None),
    "identity_client_ip": ("10.0.0.1", "10.0.0.2", "192.168.1.1", "::1", None),
    "id": ("r1", "r2", "r3", "r4", None), "sid": ("s1", "s2", "s3", None),
    "server_id": ("n1", "n2", None), "db_protocol": ("postgres", "mysql", "Postgres", None),
    "proto": ("kube", "ssh", None), "exit_code": ("0", "1", "127", "x", "", None),
    "verb": ("GET", "POST", "get", None), "code": ("T1000I", "T2000E", None),
    "cluster_name": ("root", "leaf", None),
}  # fmt: skip


def events(seed: int = 7, rows: int = 70) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(view, time, values) of every event."""
    choice = random.Random(seed)
    for view in VIEWS:
        for number in range(rows):
            day, hour = choice.randrange(1, 22), choice.randrange(24)
            minute, milli = choice.choice((0, 0, 30, 59)), choice.choice((0, 0, 1, 500, 999))
            time = f"2026-11-{day:02}T{hour:02}:{minute:02}:00.{milli:03}Z"
            values = {
                column.name: _value(choice, column.name, column.type)
                for column in load_catalog().views[view].columns
                if not column.derived
            }
            values["uid"] = f"{view}-{number:03}"
            del values["time"]
            yield view, time, values


def _value(choice: random.Random, name: str, kind: TrinoType) -> Any:
    if kind == VARCHAR:
        return choice.choice(OWN.get(name, TEXTS))
    if kind == INTEGER:
        return choice.choice(NUMBERS)
    if kind == BOOLEAN:
        return choice.choice((0, 1, None))
    if choice.random() < 0.25:
        return choice.choice((None, []))
    element = kind.arguments[0]
    count = choice.randrange(1, 5)
    if element == VARCHAR:
        return [choice.choice((*ELEMENTS, None)) for _ in range(count)]
    return [
        None
        if choice.random() < 0.1
        else {str(field): choice.choice((*KINDS, None)) for field in element.names}
        for _ in range(count)
    ]
