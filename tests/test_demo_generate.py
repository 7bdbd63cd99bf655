"""The demo log: deterministic, in order, shaped like Teleport's, and worth a look every week."""

from __future__ import annotations

import ipaddress
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasette_access_monitoring import demo
from datasette_access_monitoring.catalog import load_catalog
from datasette_access_monitoring.demo.generate import generate

Event = dict[str, Any]
Condition = Callable[[Event], bool]

UTC = timezone.utc
DAY = timedelta(days=1)
# One end on each weekday, Monday morning first, some in the middle of a story of that day.
ENDS = [
    datetime(2024, 6, 3, 7, 30, tzinfo=UTC),
    datetime(2025, 3, 4, 16, 5, tzinfo=UTC),
    datetime(2024, 1, 3, 11, 17, tzinfo=UTC),
    datetime(2026, 2, 26, 13, 15, tzinfo=UTC),
    datetime(2024, 11, 1, 15, 4, 30, 123456, tzinfo=UTC),
    datetime(2026, 8, 15, 11, 3, tzinfo=UTC),
    datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2024, 6, 3, 9, 0, tzinfo=timezone(timedelta(hours=5, minutes=30))),
]
SEEDS = [0, 1, 20240320]


@cache
def parse(text: str) -> datetime:
    form = "%Y-%m-%dT%H:%M:%S.%fZ" if "." in text else "%Y-%m-%dT%H:%M:%SZ"
    return datetime.strptime(text, form).replace(tzinfo=UTC)


def unprotected(event: Event) -> bool:
    """The WHERE clause that the three "weak security" queries share; absent is NULL."""
    return (
        "access_requests" not in event
        and "with_mfa" not in event
        and "impersonator" not in event
        and "device_id" not in event.get("trusted_device", {})
    )


def outlives_a_day(event: Event, expires: str | None) -> bool:
    return expires is not None and parse(expires) - parse(event["time"]) > DAY


# The nine WHERE clauses of the Privileged Access Report: event type, condition.
REPORT: dict[str, tuple[str, Condition]] = {
    "weak database sessions": ("db.session.start", unprotected),
    "weak SSH sessions": (
        "session.start",
        lambda event: event.get("proto") == "ssh" and unprotected(event),
    ),
    "weak Kubernetes calls": ("kube.request", unprotected),
    "privileged Postgres sessions": (
        "db.session.start",
        lambda event: event.get("db_protocol") == "postgres" and event.get("db_user") == "postgres",
    ),
    "kube execs": ("exec", lambda event: event.get("proto") == "kube"),
    "long-lived certificates": (
        "cert.create",
        lambda event: outlives_a_day(event, event["identity"].get("expires")),
    ),
    "long-lived join tokens": (
        "instance.join",
        lambda event: outlives_a_day(event, event.get("token_expires")),
    ),
    "root SSH sessions": ("session.start", lambda event: event.get("login") == "root"),
    "system Kubernetes calls": (
        "kube.request",
        lambda event: "system:masters" in event.get("kubernetes_groups", []),
    ),
}


def window(events: Iterable[Event], end: datetime, days: int) -> list[Event]:
    return [event for event in events if end - days * DAY <= parse(event["time"]) <= end]


def of_type(events: Iterable[Event], kind: str) -> list[Event]:
    return [event for event in events if event["event"] == kind]


def assert_every_section_has_something_to_show(events: list[Event]) -> None:
    for section, (kind, condition) in REPORT.items():
        candidates = of_type(events, kind)
        assert any(condition(event) for event in candidates), f"{section}: nothing found"
        assert not all(condition(event) for event in candidates), f"{section}: everything found"


@cache
def log(seed: int, end: datetime) -> list[Event]:
    return list(generate(seed, end))


@pytest.fixture(scope="module")
def month() -> list[Event]:
    return log(1, ENDS[0])


def test_the_same_seed_and_end_give_the_same_log() -> None:
    assert list(generate(7, ENDS[1])) == list(generate(7, ENDS[1]))


def test_another_seed_gives_another_log() -> None:
    assert list(generate(7, ENDS[1])) != list(generate(8, ENDS[1]))


def test_the_end_may_be_given_in_any_time_zone() -> None:
    elsewhere = ENDS[1].astimezone(timezone(timedelta(hours=-8)))
    assert list(generate(7, elsewhere)) == list(generate(7, ENDS[1]))


def test_an_end_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        generate(1, datetime(2024, 6, 3))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6 * 24 * 60))
def test_logs_of_overlapping_periods_agree_on_what_they_share(seed: int, minutes: int) -> None:
    later = ENDS[4] + timedelta(minutes=minutes)
    first, second = list(generate(seed, ENDS[4], 7)), list(generate(seed, later, 7))
    begin = later - 7 * DAY
    assert [e for e in first if parse(e["time"]) >= begin] == [
        e for e in second if parse(e["time"]) <= ENDS[4]
    ]


@pytest.mark.parametrize("end", ENDS, ids=str)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_log_is_in_order_and_within_its_period(seed: int, end: datetime) -> None:
    times = [parse(event["time"]) for event in log(seed, end)]
    assert times == sorted(times)
    assert end - 30 * DAY <= times[0] <= end - 29 * DAY
    assert end - DAY <= times[-1] <= end


@pytest.mark.parametrize("end", ENDS, ids=str)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_month_has_a_few_thousand_events_over_all_views(seed: int, end: datetime) -> None:
    counts = Counter(event["event"] for event in log(seed, end))
    assert 3000 <= sum(counts.values()) <= 5000
    known = set(load_catalog().by_event)
    assert len(known & set(counts)) == 35
    assert {"session.end", "session.data", "app.session.start", "user.update", "role.created"} <= (
        set(counts) - known
    )


@pytest.mark.parametrize("end", ENDS, ids=str)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_week_fills_every_section_of_the_report(seed: int, end: datetime) -> None:
    for weeks_ago in range(4):
        week = window(log(seed, end), end - 7 * weeks_ago * DAY, 7)
        assert_every_section_has_something_to_show(week)
        assert_the_example_queries_have_something_to_show(week)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10**9),
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)
def test_a_week_that_ends_at_any_moment_fills_the_report(seed: int, end: datetime) -> None:
    week = list(generate(seed, end, 7))
    assert_every_section_has_something_to_show(week)
    assert_the_example_queries_have_something_to_show(week)


def assert_the_example_queries_have_something_to_show(events: list[Event]) -> None:
    commands = of_type(events, "exec")
    assert any("/etc/passwd" in event.get("command", "") for event in commands)

    addresses: dict[tuple[str, str], set[str]] = defaultdict(set)
    for event in of_type(events, "cert.create"):
        key = (event["time"][:10], event["identity"]["user"])
        addresses[key].add(event["identity"]["client_ip"])
    assert {1} < {len(found) for found in addresses.values()}

    annie = [found for (_day, user), found in addresses.items() if user == "admin-annie"]
    assert len(set().union(*annie)) > 1

    requests = {event["id"] for event in of_type(events, "access_request.create")}
    reviews = [e for e in of_type(events, "access_request.review") if e["id"] in requests]
    assert reviews
    assert all(event["reviewer"].endswith(".demo") for event in reviews)


def test_a_month_shows_what_like_and_intervals_must_tell_apart(month: list[Event]) -> None:
    readers = {e["user"] for e in of_type(month, "exec") if "/etc/passwd" in e["command"]}
    shouters = {e["user"] for e in of_type(month, "exec") if "/ETC/PASSWD" in e["command"]}
    assert readers and shouters and not readers & shouters

    lives = {
        round((parse(e["identity"]["expires"]) - parse(e["time"])) / timedelta(hours=1))
        for e in of_type(month, "cert.create")
    }
    assert {8, 30 * 24} <= lives

    expiries = {event.get("token_expires") for event in of_type(month, "instance.join")}
    assert {None, "1970-01-01T00:00:00Z"} <= expiries

    states = {(e["proposed_state"], e["state"]) for e in of_type(month, "access_request.review")}
    assert states == {("APPROVED", "APPROVED"), ("APPROVED", "PENDING"), ("DENIED", "DENIED")}
    reviews = Counter(event["id"] for event in of_type(month, "access_request.review"))
    assert {1, 2} <= set(reviews.values())


def test_sessions_are_protected_in_every_way_that_the_report_knows(month: list[Event]) -> None:
    for key in ("with_mfa", "access_requests", "impersonator", "trusted_device"):
        for kind in ("db.session.start", "kube.request"):
            assert any(key in event for event in of_type(month, kind)), f"{kind}: {key}"
    for event in month:
        assert event.get("access_requests", ["some"]) != []
        assert event.get("with_mfa", "some") != ""


def test_every_event_has_the_common_keys_and_its_own_uid(month: list[Event]) -> None:
    assert all({"event", "time", "code", "uid", "ei", "cluster_name"} <= set(e) for e in month)
    assert {event["cluster_name"] for event in month} == {"demo.example.com"}
    assert len({event["uid"] for event in month}) == len(month)
    uuid4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all(uuid4.fullmatch(event["uid"]) for event in month)


def test_events_are_json_and_survive_it(month: list[Event]) -> None:
    assert [json.loads(json.dumps(event)) for event in month] == month


PYTHON_TYPES = {
    "varchar": str,
    "integer": int,
    "boolean": bool,
    "array": list,
}


def test_values_have_the_type_of_their_column(month: list[Event]) -> None:
    by_event = load_catalog().by_event
    filled: dict[str, set[str]] = defaultdict(set)
    for event in month:
        view = by_event.get(event["event"])
        for column in view.columns if view else ():
            value: Any = event
            for key in column.path:
                value = value.get(key) if isinstance(value, dict) else None
            if value is not None and not column.derived:
                assert type(value) is PYTHON_TYPES[column.type.base], (event["event"], column.name)
                filled[event["event"]].add(column.name)
    assert all(len(filled[kind]) >= 7 for kind in by_event)
    assert {"addr_remote", "server_hostname", "kubernetes_pod_name"} <= filled["exec"]


def test_label_maps_are_objects_of_text(month: list[Event]) -> None:
    for key in ("server_labels", "kubernetes_labels", "db_labels", "desktop_labels"):
        maps = [event[key] for event in month if key in event]
        assert maps
        assert all(type(value) is str for labels in maps for value in labels.values())


def test_all_addresses_are_reserved_for_documentation(month: list[Event]) -> None:
    reserved = [
        ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32")
    ]
    text = json.dumps(month)
    found = set(re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", text))
    found |= set(re.findall(r"\b2001:[0-9a-f:]+", text))
    assert len(found) > 30
    for address in found:
        parsed = ipaddress.ip_address(address)
        assert any(parsed in network for network in reserved if network.version == parsed.version)


def test_hosts_and_users_say_that_they_are_a_demo(month: list[Event]) -> None:
    hosts = {event["server_hostname"] for event in month if "server_hostname" in event}
    assert "demo-web-01" in hosts
    assert all(host.startswith("demo-") for host in hosts)
    logins = [event for event in of_type(month, "user.login") if event["success"]]
    assert all(re.fullmatch(r"[a-z0-9-]+\.demo|admin-annie", event["user"]) for event in logins)


def test_weekends_are_quiet_and_nights_are_quieter(month: list[Event]) -> None:
    on_weekday = [0] * 7
    in_hour = [0] * 24
    for event in month:
        at = parse(event["time"])
        on_weekday[at.weekday()] += 1
        in_hour[at.hour] += 1
    assert 3 * max(on_weekday[5:]) < min(on_weekday[:5])
    assert 3 * in_hour[3] < in_hour[10]


def test_users_of_both_kinds_are_marked(month: list[Event]) -> None:
    assert {event["user_kind"] for event in month if "user_kind" in event} == {1, 2}
    assert any(event.get("bot_name") == "ci" for event in of_type(month, "bot.join"))


def test_the_bundled_samples_are_328_events_of_197_types() -> None:
    path = Path(demo.__file__).parent / "samples.ndjson"
    events = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len(events) == 328
    assert len({event["event"] for event in events}) == 197
