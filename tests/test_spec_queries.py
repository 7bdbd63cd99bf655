"""The 16 documented queries, verbatim, through ``datasette audit query exec``.

The expected rows are computed here in plain Python, from the events as they were written,
without the product's views, SQL or types.
"""

import json
import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from logs import load_log, write_log
from spec_queries import REPORT_QUERIES, SPEC_QUERIES

import datasette_access_monitoring.catalog
from datasette_access_monitoring.cli import audit
from datasette_access_monitoring.demo.generate import generate

AS_OF = datetime(2026, 11, 20, 15, 30, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def odd_events():
    """Events at the edge of each query's condition, all within the last days before AS_OF."""
    time = "2026-11-19T10:00:00.000Z"

    def event(kind, **fields):
        return {
            "event": kind,
            "time": fields.pop("time", time),
            "uid": "odd",
            "code": "X",
            **fields,
        }

    yield event("exec", user="upper", command="CAT /ETC/PASSWD", proto="KUBE")
    yield event("exec", user="inside", command="x/etc/passwdx", proto="kube ")
    yield event("exec", command="cat /etc/passwd", proto="kube")  # nobody's
    yield event("exec", user=None, command=None)
    for kind in ("db.session.start", "session.start", "kube.request"):
        common = {"proto": "ssh", "db_protocol": "postgres", "db_user": "postgres", "login": "root"}
        yield event(kind, user="empty-list", access_requests=[], **common)
        yield event(kind, user="null-list", access_requests=None, **common)
        yield event(kind, user="requested", access_requests=["r"], **common)
        yield event(kind, user="empty-mfa", with_mfa="", **common)
        yield event(kind, user="mfa", with_mfa="uuid", **common)
        yield event(kind, user="impersonated", impersonator="x", **common)
        yield event(kind, user="device", trusted_device={"device_id": "d"}, **common)
        yield event(kind, user="odd-device", trusted_device={"asset_tag": "d"}, **common)
        yield event(kind, **common)
        yield event(kind, user="Other", proto="SSH", db_protocol="Postgres", db_user="postgres",
                    login="Root")  # fmt: skip
        yield event(kind, user="late", time="2026-11-18T23:30:00-01:00", **common)
    for groups in (["system:masters"], ["a", "system:masters"], ["System:Masters"], [], None,
                   [None, "x"], [None, "system:masters"], ["system:masters2"]):  # fmt: skip
        yield event("kube.request", user="groups", kubernetes_groups=groups)
    for expires in ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00.001Z", "2026-11-20T12:00:00+02:00",
                    "2026-11-20T12:00:01+02:00", "0001-01-01T00:00:00Z", None):  # fmt: skip
        yield event("cert.create", identity={"user": f"exp {expires}", "expires": expires})
        yield event("instance.join", node_name=f"n {expires}", host_id="h", token_expires=expires)
    yield event("cert.create", identity={"client_ip": "192.0.2.1"})
    yield event("cert.create", identity={"user": "admin-annie"})
    yield event("cert.create", identity={"user": "Admin-Annie", "client_ip": "192.0.2.77"})
    yield event("access_request.create", id="odd", user="u", roles=["r", "ü"], resource_ids=[
        {"cluster": "c", "kind": "node", "name": "n"}, {"kind": "app"}])  # fmt: skip
    yield event("access_request.review", id="odd", reviewer="one", state="APPROVED")
    yield event("access_request.review", id="odd", reviewer="two", state="DENIED", roles=[])
    yield event("access_request.review", id="Odd", reviewer="three", state="DENIED")
    yield event("access_request.review", reviewer="four", state="DENIED")
    yield event("access_request.create", user="no id")


def moment(text):
    # Python 3.10 reads neither Z nor fractions of other than 3 or 6 digits.
    whole, fraction, zone = re.fullmatch(r"(.{19})(\.\d+)?(.+)", text).groups()
    moment = datetime.fromisoformat(whole + zone.replace("Z", "+00:00"))
    return moment + timedelta(milliseconds=round(float(fraction or 0) * 1000))


@pytest.fixture(scope="module")
def events():
    every = [*generate(seed=3, end=AS_OF, days=40), *odd_events()]
    # What came a moment after AS_OF, or is too old, is not for any of the queries.
    every.append({"event": "exec", "time": "2026-11-20T15:30:00.001Z", "user": "future",
                  "command": "cat /etc/passwd"})  # fmt: skip
    return every


@pytest.fixture(scope="module")
def database(events, tmp_path_factory):
    place = tmp_path_factory.mktemp("spec")
    load_log(place / "audit.db", write_log(place / "log.ndjson", events))
    return place / "audit.db"


@pytest.fixture(scope="module", params=[7, 30])
def days(request):
    return request.param


@pytest.fixture(scope="module")
def seen(events, days):
    """Events of the window, by type."""
    by_type = defaultdict(list)
    for event in events:
        if AS_OF - days * DAY <= moment(event["time"]) <= AS_OF:
            by_type[event["event"]].append(event)
    return by_type


def run(database, sql, days, *more):
    arguments = ["query", "exec", sql, "--db", str(database), "--days", str(days)]
    result = CliRunner().invoke(audit, [*arguments, "--as-of", AS_OF.isoformat(), *more])
    assert result.exit_code == 0, result.output
    header, *rows = (row["data"] for row in json.loads(result.stdout))
    return header, [tuple(row) for row in rows]


def get(event, *path):
    for key in path:
        event = event.get(key) if isinstance(event, dict) else None
    return event


def text(value):
    return "" if value is None else value


def date_of(event):
    return moment(event["time"]).astimezone(timezone.utc).date().isoformat()


def weak(event):
    return (
        event.get("access_requests") is None
        and event.get("with_mfa") is None
        and event.get("impersonator") is None
        and get(event, "trusted_device", "device_id") is None
    )


def lasts_over_a_day(event, *path):
    expires = get(event, *path)
    return expires is not None and moment(expires) - moment(event["time"]) > DAY


def counted(events, condition, *keys):
    """(date, count, key...) for each group: what the report's sections select."""
    groups = Counter(
        (date_of(event), *(text(get(event, *key)) for key in keys))
        for event in events
        if condition(event)
    )
    return Counter((date, str(n), *rest) for (date, *rest), n in groups.items())


USER, IDENTITY_USER = ("user",), ("identity", "user")
SECTIONS = {
    "database_sessions_with_weak_security": ("db.session.start", weak, USER),
    "ssh_sessions_with_weak_security": (
        "session.start", lambda e: weak(e) and e.get("proto") == "ssh", USER),
    "kubernetes_api_calls_with_weak_security": ("kube.request", weak, USER),
    "privileged_postgres_sessions": (
        "db.session.start",
        lambda e: e.get("db_protocol") == "postgres" and e.get("db_user") == "postgres", USER),
    "kube_execs": ("exec", lambda e: e.get("proto") == "kube", USER),
    "long_lived_certificates": (
        "cert.create", lambda e: lasts_over_a_day(e, "identity", "expires"), IDENTITY_USER),
    "long_lived_join_tokens": (
        "instance.join", lambda e: lasts_over_a_day(e, "token_expires"),
        ("node_name",), ("host_id",)),
    "root_ssh_sessions": ("session.start", lambda e: e.get("login") == "root", USER),
    "system_kubernetes_api_calls": (
        "kube.request", lambda e: "system:masters" in (e.get("kubernetes_groups") or ()), USER),
}  # fmt: skip


@pytest.mark.parametrize("name", REPORT_QUERIES)
def test_section_of_the_report(database, seen, days, name):
    kind, condition, *keys = SECTIONS[name]
    header, rows = run(database, SPEC_QUERIES[name], days)
    ends = [["user"]] if len(keys) == 1 else [["node_name", "host_id"]]
    assert header == ["event_date", "count", *ends[0]]
    expected = counted(seen[kind], condition, *keys)
    assert expected and Counter(rows) == expected
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_etc_passwd(database, seen, days):
    header, rows = run(database, SPEC_QUERIES["etc_passwd"], days)
    users = {text(e.get("user")) for e in seen["exec"] if "/etc/passwd" in (e.get("command") or "")}
    assert header == ["user"]
    assert "upper" not in users and "future" not in users and "" in users
    assert Counter(rows) == Counter((user,) for user in users)


def ip_counts(seen):
    groups = defaultdict(set)
    for event in seen["cert.create"]:
        addresses = groups[date_of(event), text(get(event, "identity", "user"))]
        if (address := get(event, "identity", "client_ip")) is not None:
            addresses.add(address)
    return {key: len(addresses) for key, addresses in groups.items()}


def test_unique_ips(database, seen, days):
    header, rows = run(database, SPEC_QUERIES["unique_ips"], days)
    assert header == ["event_date", "user", "unique_ip_count"]
    assert Counter(rows) == Counter((*key, str(n)) for key, n in ip_counts(seen).items())
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_several_ips(database, seen, days):
    header, rows = run(database, SPEC_QUERIES["several_ips"], days)
    expected = Counter((*key, str(n)) for key, n in ip_counts(seen).items() if n > 1)
    assert header == ["event_date", "user", "unique_ip_count"]
    assert expected and Counter(rows) == expected


def test_ips_of_annie(database, seen, days):
    header, rows = run(database, SPEC_QUERIES["ips_of_annie"], days)
    expected = {
        text(get(event, "identity", "client_ip"))
        for event in seen["cert.create"]
        if get(event, "identity", "user") == "admin-annie"
    }
    assert header == ["identity_client_ip"]
    assert len(expected) > 1 and Counter(rows) == Counter((address,) for address in expected)


def pairs(seen):
    for request in seen["access_request.create"]:
        for review in seen["access_request.review"]:
            if request.get("id") is not None and request.get("id") == review.get("id"):
                yield request, review


def shown(value, kind):
    """A value as Athena prints it."""
    if value is None:
        return ""
    if kind == "varchar":
        return value
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "array(varchar)":
        return "[" + ", ".join(value) + "]"
    if kind.startswith("array(row("):
        names = [field.split()[0] for field in kind[len("array(row(") : -2].split(", ")]
        rows = (
            "{" + ", ".join(f"{n}={'null' if row.get(n) is None else row[n]}" for n in names) + "}"
            for row in value
        )
        return "[" + ", ".join(rows) + "]"
    return str(value)


def whole_row(view, event):
    utc = moment(event["time"]).astimezone(timezone.utc)
    row = [date_of(event), utc.strftime("%Y-%m-%d %H:%M:%S.") + f"{utc.microsecond // 1000:03}"]
    return row + [shown(get(event, *c["path"]), c["type"]) for c in view["columns"][2:]]


def test_requests_and_reviews(database, seen, days):
    place = Path(datasette_access_monitoring.catalog.__file__).parent / "views.yaml"
    views = yaml.safe_load(place.read_text("utf-8"))["views"]
    create, review = views["access_request_create"], views["access_request_review"]
    header, rows = run(database, SPEC_QUERIES["requests_and_reviews"], days)
    assert header == [column["name"] for column in create["columns"] + review["columns"]]
    assert len(header) == 72 and len(set(header)) < 72
    expected = Counter(tuple(whole_row(create, a) + whole_row(review, b)) for a, b in pairs(seen))
    assert len(expected) > 2 and Counter(rows) == expected


def test_request_details(database, seen, days):
    header, rows = run(database, SPEC_QUERIES["request_details"], days)
    assert header == ["user", "reason", "roles", "resource_ids", "reviewer", "state"]
    ids = "array(row(cluster varchar, kind varchar, name varchar, sub_resource varchar))"
    expected = Counter(
        (
            text(request.get("user")),
            text(request.get("reason")),
            shown(request.get("roles"), "array(varchar)"),
            shown(request.get("resource_ids"), ids),
            text(review.get("reviewer")),
            text(review.get("state")),
        )
        for request, review in pairs(seen)
    )
    assert Counter(rows) == expected


def test_command_line_example(database, seen, days):
    header, rows = run(database, SPEC_QUERIES["command_line_example"], days)
    certificates = seen["cert.create"]
    first = min(date_of(event) for event in certificates)
    possible = {
        (
            moment(event["time"]).strftime("%Y-%m-%d %H:%M:%S.")
            + f"{moment(event['time']).microsecond // 1000:03}",
            text(get(event, "identity", "user")),
        )
        for event in certificates
        if date_of(event) == first
    }
    assert header == ["event_time", "identity_user"]
    assert len(rows) == 1 and rows[0] in possible


def test_all_sixteen_are_here():
    assert len(SPEC_QUERIES) == 16 and set(REPORT_QUERIES) == set(SECTIONS)
