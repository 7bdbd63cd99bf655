"""The SQL that looks for events: which rows of which tables can be what is searched for.

Pure: text in, text out.  A condition here never misses an event; it may let one through that is
none, for ``search`` looks at the event itself.  SQLite compares bytes and knows the case of
ASCII only; what it cannot be sure of it lets through.

Columns hold texts as they are, or JSON; whatever a column cannot hold exactly is in the JSON of
``_extra``, which is written by ``write_json`` (see ``events.split``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from ..catalog import View, load_catalog
from ..catalog.types import BOOLEAN, VARCHAR
from ..events.canonical import write_json
from ..events.facts import CODE_LETTERS, PATHS, Fact, Outcome
from .layout import (
    EXTRA_SQL,
    OTHER_TABLE,
    column_sql,
    event_data_sql,
    own_columns,
    quote,
    table_name,
)

_TABLE_PREFIX = "_event_"


@dataclass(frozen=True, slots=True)
class Place:
    """A table of events: its name in addresses, its parts as SQL, its columns by path.

    ``event`` is the type of all its events, ``''`` where there are several.  ``rest`` is the column
    that holds as JSON what no other does; ``texts`` and ``lists`` are columns by their path,
    ``plain`` those whose values are all there is to read beside ``rest``.
    """

    name: str
    table: str
    event: str
    data: str
    rest: str
    texts: Mapping[tuple[str, ...], str]
    lists: Mapping[tuple[str, ...], str]
    success: str
    plain: tuple[str, ...]


@cache
def places() -> Mapping[str, Place]:
    """Every table that holds events, by its name, in the order of names."""
    found = [_documented(view) for view in load_catalog().views.values()]
    found.append(
        Place(
            name=OTHER_TABLE.removeprefix(_TABLE_PREFIX),
            table=quote(OTHER_TABLE),
            event="",
            data=quote("event_data"),
            rest=quote("event_data"),
            texts={("event",): quote("event")},
            lists={},
            success="",
            plain=(),
        )
    )
    return {place.name: place for place in sorted(found, key=lambda place: place.name)}


def _documented(view: View) -> Place:
    columns = [column for column in own_columns(view) if column.type != BOOLEAN]
    success = [c for c in own_columns(view) if c.type == BOOLEAN and c.path == ("success",)]
    return Place(
        name=table_name(view).removeprefix(_TABLE_PREFIX),
        table=quote(table_name(view)),
        event=view.event,
        data=event_data_sql(view),
        rest=EXTRA_SQL,
        texts={c.path: column_sql(view, c) for c in columns if c.type == VARCHAR},
        lists={c.path: quote(c.name) for c in columns if c.type.base == "array"},
        success=quote(success[0].name) if success else "",
        plain=tuple(column_sql(view, column) for column in columns),
    )


def fetch_event(place: Place) -> str:
    """The statement that gives the JSON of the event with an id (the one parameter)."""
    return f'SELECT {place.data} FROM {place.table} WHERE "_id" = ?'


def candidates(place: Place, conditions: Iterable[str], text: str) -> str:
    """The statement that gives the ids of events that may be meant, newest first.

    Its parameters are ``first`` and ``last``, the range of ids, and those of the conditions;
    ``text`` is a condition on ``"values"``, all that the event's row holds, or ``''``.
    """
    where = " AND ".join(['"_id" BETWEEN :first AND :last', *conditions])
    if not text:
        return f'SELECT "_id" FROM {place.table}\nWHERE {where}\nORDER BY "_id" DESC'
    held = " || ".join(f"ifnull({column}, '')" for column in (*place.plain, place.rest))
    # The LIMIT keeps SQLite from writing the long expression out wherever its name stands.
    return (
        f'SELECT "_id" FROM (\n  SELECT "_id", {held} AS "values" FROM {place.table}\n'
        f'  WHERE {where} ORDER BY "_id" DESC LIMIT -1\n)\nWHERE {text}\nORDER BY "_id" DESC'
    )


def of_type(place: Place, event_type: str) -> str:
    """The condition on a type, with the parameter ``type``; ``'0'`` where it cannot be met."""
    if place.event:
        return "1" if place.event == event_type else "0"
    return '"event" = :type'


def says(place: Place, fact: Fact) -> str:
    """The condition that an event says something of a fact: see ``said_parameters``."""
    plain, as_json = f":{fact.value}", f":{fact.value}_json"
    found = [f"instr({place.rest}, {as_json})"]
    for path in PATHS[fact]:
        if path in place.lists:
            found.append(f"instr({place.lists[path]}, {as_json})")
        elif path in place.texts:
            column = place.texts[path]
            # An address has its port behind it.
            part = fact is Fact.ADDRESS
            found.append(f"instr({column}, {plain})" if part else f"{column} = {plain}")
    return f"({' OR '.join(found)})"


def said_parameters(fact: Fact, value: str) -> dict[str, str]:
    """The parameters of ``says``: the value as a text column has it, and as it is within JSON."""
    return {fact.value: value, f"{fact.value}_json": write_json(value)[1:-1]}


def ended(place: Place, outcome: Outcome) -> str:
    """The condition on how an event ended."""
    worked = outcome is Outcome.SUCCESS
    found = [f"instr({place.rest}, '\"success\":{'true' if worked else 'false'}')"]
    if place.success:
        found.append(f"{place.success} = {int(worked)}")
    code = place.texts.get(("code",))
    for letter in CODE_LETTERS[outcome]:
        found.append(
            f"substr({code}, -1) = '{letter}'" if code else f"instr({place.rest}, '{letter}\"')"
        )
    return f"({' OR '.join(found)})"


def holds_text(text: str) -> str:
    """The condition that ``"values"`` has a folded text in it, the parameter ``text``.

    Beside what SQLite can tell, it lets through what is not ASCII, holds a NUL character (where
    ``length`` stops), or has a backslash, which in JSON stands before what is written otherwise.
    """
    unsure = 'length("values") <> length(CAST("values" AS BLOB))'
    if not text.isascii():
        return unsure  # nothing that is all ASCII folds to it
    return f'(instr(lower("values"), :text) OR {unsure} OR instr("values", \'\\\'))'
