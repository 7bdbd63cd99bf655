"""Write a big synthetic audit log: JSON lines, in order of time, about 700 bytes each.

    python benchmarks/generate.py 1000000 log.ndjson            # about a million events, 30 days
    python benchmarks/generate.py 5000000 log.ndjson --days 30 --seed 7

The mix is the demo's: sessions and what is done in them, certificates, database queries,
Kubernetes requests, logins, joins, and types that the catalog does not know.  Many teams do it
side by side, each with its own people, hosts and identifiers.  The same arguments give the same
bytes.  Only one day is in memory at a time.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from datasette_access_monitoring.demo.generate import generate

LAST_DAY = datetime(2026, 11, 21, tzinfo=timezone.utc)
EVENTS_A_TEAM_A_DAY = 140
"""About how many; more on working days, fewer on weekends."""
DRAWN = 8
"""How many teams' days are drawn; further teams have the same days with other names and times."""
DAY = timedelta(days=1)

# Identifiers drawn at random are of version 4, those of lasting things of version 5.
_VARIABLE = re.compile(
    r'(?P<time>"time":"[^"]*Z")|(?:\.demo|demo-|[0-9a-f]{8}(?=-[0-9a-f]{4}-4[0-9a-f]{3}-))'
)


class Line(NamedTuple):
    """A line taken apart: what every team has, and between that what is its own."""

    texts: list[str]
    own: list[str]
    time: str


class Team(dict[str, str]):
    """A team's own words for the drawn ones."""

    def __init__(self, number: int, rng: Random) -> None:
        super().__init__({".demo": f".t{number:04}", "demo-": f"t{number:04}-"})
        self._mask, self._shift = rng.getrandbits(32), rng.randrange(1000)

    def __missing__(self, word: str) -> str:
        if word.startswith('"time'):
            seconds, _, fraction = word[:-2].partition(".")
            own = f'{seconds}.{(int(fraction.ljust(3, "0")) + self._shift) % 1000:03}Z"'
        else:
            own = f"{int(word, 16) ^ self._mask:08x}"
        self[word] = own
        return own


def log_lines(events: int, days: int, seed: int) -> Iterator[str]:
    """About so many events of the ``days`` that end with ``LAST_DAY``, oldest first."""
    teams = max(1, round(events / (EVENTS_A_TEAM_A_DAY * days)))
    for number in range(days):
        yield from _lines_of_day(LAST_DAY - DAY * (days - 1 - number), teams, seed)


def _lines_of_day(day: datetime, teams: int, seed: int) -> Iterator[str]:
    end = day + DAY - timedelta(milliseconds=1)
    drawn = [
        [_taken_apart(event) for event in generate(seed + base, end, days=1)]
        for base in range(min(DRAWN, teams))
    ]
    lines: list[tuple[str, str]] = []
    for number in range(teams):
        team = Team(number, Random(f"{seed} {day} {number}"))
        lines.extend(_of_team(team, line) for line in drawn[number % DRAWN])
    lines.sort()
    return (line for _, line in lines)


def _taken_apart(event: dict[str, Any]) -> Line:
    text = json.dumps(event, separators=(",", ":")) + "\n"
    found = list(_VARIABLE.finditer(text))
    ends = [0, *(match.end() for match in found)]
    starts = [*(match.start() for match in found), len(text)]
    time = next(match["time"] for match in found if match["time"])
    return Line(
        [text[end:start] for end, start in zip(ends, starts, strict=True)],
        [match[0] for match in found],
        time,
    )


def _of_team(team: Team, line: Line) -> tuple[str, str]:
    """The line as this team has it, behind its time, which sorts as text."""
    pieces = [""] * (len(line.texts) + len(line.own))
    pieces[::2] = line.texts
    pieces[1::2] = [team[word] for word in line.own]
    return team[line.time], "".join(pieces)


def write_log(path: Path | None, events: int, days: int, seed: int) -> None:
    """Write the log to a file, or to standard output."""
    lines = log_lines(events, days, seed)
    if path is None:
        sys.stdout.writelines(lines)
        return
    with path.open("w", encoding="utf-8", buffering=1 << 20) as file:
        file.writelines(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a big synthetic audit log.")
    parser.add_argument("events", type=int, help="about how many")
    parser.add_argument("log", type=Path, nargs="?", help="standard output if not given")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write_log(options.log, options.events, options.days, options.seed)


if __name__ == "__main__":
    main()
