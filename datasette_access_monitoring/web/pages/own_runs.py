"""The queries that somebody ran lately, for the editor: to find one again, and open it.

They are the events that the log has about whoever looks, and about nobody else: no verb is needed
for them but the one that running a query needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...store.query_runs import QueryRun, newest_query_runs
from ...visible import visible
from ..api.calls import MAX_DAYS
from ..working import reading

if TYPE_CHECKING:
    from ..api.calls import Call
    from .layout import Addresses

_SHOWN = 20
_SHOWN_TEXT = 120
# A server need not take a longer address.
_LONGEST_LINK = 8_000
# The command line knows other names than Datasette, and Datasette's own pages another SQL.
_OURS = ("page", "api")


@dataclass(frozen=True, slots=True)
class OwnRun:
    """A run as the page shows it; ``link`` opens it, ``''`` where it is too long for that."""

    time_ms: int
    text: str
    days: str
    outcome: str
    link: str


async def own_runs(call: Call, links: Addresses) -> list[OwnRun]:
    """The newest queries that the caller ran here, newest first."""
    user = call.principal.user
    if not user:
        return []
    runs = await reading(
        call.database, lambda conn: newest_query_runs(conn, user, _OURS, limit=_SHOWN)
    )
    return [_shown(run, links) for run in runs]


def _shown(run: QueryRun, links: Addresses) -> OwnRun:
    days = run.days if run.days is not None and 1 <= run.days <= MAX_DAYS else None
    link = links.to("/query", sql=run.query, days=days, as_of=run.as_of)
    text = " ".join(run.query[: 4 * _SHOWN_TEXT].split())
    return OwnRun(
        time_ms=run.time_ms,
        text=visible(text[:_SHOWN_TEXT] + ("…" if len(text) > _SHOWN_TEXT else "")),
        days=_days(run),
        outcome=_outcome(run),
        link=link if len(link) <= _LONGEST_LINK else "",
    )


def _days(run: QueryRun) -> str:
    if run.days is None:
        return ""
    counted = f"{run.days:,} day{'' if run.days == 1 else 's'}"
    return f"{counted} before {visible(run.as_of)}" if run.as_of else counted


def _outcome(run: QueryRun) -> str:
    if run.error:
        return visible(run.error)
    if run.rows is None:
        return ""
    return f"{run.rows:,} row{'' if run.rows == 1 else 's'}"
