"""Days without events: what is a gap, and laws that hold for any days of any origins."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from datasette_access_monitoring.health.gaps import OriginDays, find_gaps
from datasette_access_monitoring.health.model import Gap

TODAY = 20_000
WEEK = range(TODAY - 7, TODAY + 1)
DAYS = st.frozensets(st.integers(TODAY - 9, TODAY), max_size=10)


def of(name: str, days: frozenset[int] | set[int] | range, **more: object) -> OriginDays:
    """An origin of which events are expected from its first day on."""
    return OriginDays(name, frozenset(days), min(days, default=0), **more)  # type: ignore[arg-type]


LOGS = st.builds(
    lambda all_days, overdue: [
        of(f"auth-{number}", days, is_overdue=is_overdue)
        for number, (days, is_overdue) in enumerate(zip(all_days, overdue, strict=False))
    ],
    st.lists(DAYS, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
)


def days_of(gaps: list[Gap], name: str) -> set[int]:
    return {
        day for gap in gaps if gap.origin == name for day in range(gap.first_day, gap.last_day + 1)
    }


def test_a_day_between_others_is_a_gap_and_so_are_several_in_a_row() -> None:
    days = set(WEEK) - {TODAY - 5, TODAY - 3, TODAY - 2}
    assert find_gaps([of("a", days)], TODAY) == [
        Gap("a", TODAY - 5, TODAY - 5, goes_on=False),
        Gap("a", TODAY - 3, TODAY - 2, goes_on=False),
    ]


def test_the_first_days_that_are_expected_may_be_missing_too() -> None:
    log = [OriginDays("a", {TODAY - 4, TODAY}, expected_from=TODAY - 6)]
    assert days_of(find_gaps(log, TODAY), "a") == {TODAY - n for n in (6, 5, 3, 2, 1)}


def test_one_that_falls_silent_has_a_gap_only_if_others_have_not() -> None:
    silent = of("silent", {TODAY - 7, TODAY - 6, TODAY - 5})
    assert find_gaps([silent], TODAY) == []
    also = of("also silent", {TODAY - 7})
    assert find_gaps([silent, also], TODAY) == [Gap("also silent", TODAY - 6, TODAY - 5, True)]
    others = [silent, of("other", WEEK)]
    assert find_gaps(others, TODAY) == [Gap("silent", TODAY - 4, TODAY - 1, True)]


def test_today_is_a_gap_only_when_it_is_overdue_and_others_have_events() -> None:
    until_yesterday = frozenset(WEEK) - {TODAY}
    other = of("other", WEEK)
    assert find_gaps([of("a", until_yesterday), other], TODAY) == []
    overdue = of("a", until_yesterday, is_overdue=True)
    assert find_gaps([overdue, other], TODAY) == [Gap("a", TODAY, TODAY, True)]
    assert find_gaps([overdue], TODAY) == []


def test_events_from_the_future_prove_nothing() -> None:
    future = of("future", {TODAY - 5, TODAY + 3})
    assert find_gaps([of("a", {TODAY - 5}), future], TODAY) == []


def test_an_origin_without_days_has_ended() -> None:
    assert find_gaps([OriginDays("gone", frozenset(), TODAY - 7), of("b", WEEK)], TODAY) == []


@given(st.lists(st.integers(1, 6), min_size=1), LOGS)
def test_a_day_that_is_removed_from_inside_is_found(
    removed: list[int], rest: list[OriginDays]
) -> None:
    days = frozenset(WEEK) - {TODAY - n for n in removed}
    found = find_gaps([of("a", days), *rest], TODAY)
    assert days_of(found, "a") == {TODAY - n for n in removed}


@given(LOGS)
def test_gaps_have_no_events_and_lie_after_some_and_before_today_unless_it_is_overdue(
    log: list[OriginDays],
) -> None:
    found = find_gaps(log, TODAY)
    newest = max((max(one.days) for one in log if one.days), default=0)
    for one in log:
        missing = days_of(found, one.name)
        assert not missing & set(one.days)
        assert all(one.expected_from < day <= newest for day in missing)
        assert TODAY not in missing or one.is_overdue
    assert all(gap.days > 0 for gap in found)
    runs = [(gap.origin, gap.last_day + 1) for gap in found]
    assert not set(runs) & {(gap.origin, gap.first_day) for gap in found}, "not the longest runs"


@given(LOGS, st.integers(0, 3), st.integers(TODAY - 9, TODAY))
def test_more_events_where_an_origin_had_some_before_and_after_make_no_gap(
    log: list[OriginDays], which: int, day: int
) -> None:
    assume(which < len(log) and log[which].days)
    one = log[which]
    assume(min(one.days) <= day <= max(one.days))
    more = [*log]
    more[which] = OriginDays(one.name, {*one.days, day}, one.expected_from, one.is_overdue)
    before, after = find_gaps(log, TODAY), find_gaps(more, TODAY)
    for other in log:
        gained = days_of(after, other.name) - days_of(before, other.name)
        assert not gained
    assert days_of(after, one.name) == days_of(before, one.name) - {day}


@given(LOGS, st.randoms(use_true_random=False))
def test_the_order_of_origins_changes_nothing(log: list[OriginDays], random: object) -> None:
    shuffled = [*log]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert {*find_gaps(log, TODAY)} == {*find_gaps(shuffled, TODAY)}


@given(DAYS, DAYS)
def test_another_origin_never_makes_a_gap_less(days: frozenset[int], other: frozenset[int]) -> None:
    alone = find_gaps([of("a", days)], TODAY)
    together = find_gaps([of("a", days), of("b", other)], TODAY)
    assert days_of(alone, "a") <= days_of(together, "a")
