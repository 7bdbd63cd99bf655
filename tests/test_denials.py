"""How many refusals become events: bounded, and none is forgotten without being counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datasette_access_monitoring.web.denials import (
    MOST_EVENTS,
    MOST_KINDS,
    MOST_USERS,
    SPAN_MS,
    Denials,
)


def test_the_first_is_told_at_once_and_the_others_with_the_next_after_a_while() -> None:
    denials = Denials()
    assert denials.note("", "eve", 1_000) == 0
    assert [denials.note("", "eve", 1_000 + n) for n in range(5)] == [None] * 5
    assert denials.note("", "eve", 1_000 + SPAN_MS - 1) is None
    assert denials.note("", "eve", 1_000 + SPAN_MS) == 6
    assert denials.note("", "eve", 1_001 + SPAN_MS) is None
    assert denials.note("", "eve", 1_000 + 3 * SPAN_MS) == 1


def test_kinds_are_told_apart() -> None:
    denials = Denials()
    assert denials.note("", ("audit", "eve", "1.2.3.4"), 0) == 0
    assert denials.note("", ("audit", "eve", "1.2.3.5"), 0) == 0
    assert denials.note("", ("audit", "", "1.2.3.4"), 0) == 0


def test_many_kinds_at_once_get_so_many_events_and_the_others_follow() -> None:
    denials = Denials()
    told = [denials.note("", number, number) for number in range(200)]
    assert told == [0] * MOST_EVENTS + [None] * (200 - MOST_EVENTS)
    assert denials.note("", 199, SPAN_MS + 200) == 1


def test_what_is_kept_is_bounded() -> None:
    denials = Denials()
    for number in range(2 * MOST_KINDS):
        denials.note("", number, 0)
    for number in range(2 * MOST_USERS):
        denials.note(f"user {number}", "kind", 0)
        denials.note("", number, 0)
    assert len(denials._users) == MOST_USERS
    assert len(denials._users[""].kinds) == MOST_KINDS
    assert len(denials._users[""].told) <= MOST_EVENTS


def test_nobody_s_refusals_hide_those_of_others() -> None:
    denials = Denials()
    for number in range(200):
        denials.note("", f"10.0.0.{number}", number)
    assert denials.note("insider", "10.0.0.1", 200) == 0
    for number in range(200):
        denials.note("insider", number, 300)
    assert denials.note("another", "10.0.0.1", 400) == 0


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, SPAN_MS)), max_size=60))
def test_every_refusal_is_told_or_counted_in_the_next_one_told(
    steps: list[tuple[int, int]],
) -> None:
    denials, now = Denials(), 0
    made: dict[int, int] = {}
    accounted: dict[int, int] = {}
    last: dict[int, int] = {}
    for kind, pause in steps:
        now += pause
        made[kind] = made.get(kind, 0) + 1
        before = denials.note("", kind, now)
        if before is not None:
            accounted[kind] = accounted.get(kind, 0) + before + 1
            assert accounted[kind] == made[kind]
            assert kind not in last or now - last[kind] >= SPAN_MS
            last[kind] = now
