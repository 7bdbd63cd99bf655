"""The SQL of storage, made from the catalog: tables, views, and events put together again.

Pure: text in, text out.  Every view uses only functions that SQLite itself has, so
that any SQLite client can read it.

A documented event type has a table ``_event_<view>``: ``_id``, ``_hash``, ``event_date``,
a column for each of the view's own columns, and ``_extra``, the JSON of all that the
columns do not hold.  JSON that many events have there is kept once, in ``_extras``, and such an
event has its number in ``_shared`` instead.  ``event``, and ``time`` where ``_id`` says it too, are
left empty.  Every other type shares ``_event_other``, which keeps the JSON whole.
``_id`` is ``time_ms << 20 | 20 bits of the fingerprint``: ordered by time, and the identity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..catalog import Column, View, load_catalog
from ..catalog.types import BOOLEAN, DATE, INTEGER, TIMESTAMP, VARCHAR, TrinoType

OTHER_TABLE = "_event_other"
SPANNING_VIEW = "_events"
"""All events with ``_id``; ``events`` is the same without it."""

EXTRAS_TABLE = "_extras"
"""JSON that many events have beside their columns."""

PRIVATE_TABLES = ("_resources", "_report_runs", "_report_sections")
"""Tables that hold more than the log: whoever may read events may not for that read these."""

STATE_TABLES = (
    OTHER_TABLE,
    EXTRAS_TABLE,
    "_event_types",
    "_event_days",
    "_event_keys",
    "_sources",
    "_source_days",
    "_source_reads",
    "_rejects",
    "_reject_counts",
    *PRIVATE_TABLES,
    "_sqlite_migrations",
)
"""Tables that belong to no documented event type."""

EVENT_TIME_SQL = "strftime('%Y-%m-%d %H:%M:%f', (\"_id\" >> 20) / 1000.0, 'unixepoch')"

EXTRA_SQL = f"""coalesce("_extra", (SELECT "json" FROM "{EXTRAS_TABLE}" WHERE "id" = "_shared"))"""
"""What an event of a documented type has beside its columns, as JSON; NULL if nothing."""

_ALWAYS_THERE = (("event",), ("time",))

# As Go writes times: no zeros at the end of a fraction, and no fraction of zeros.
_TIME_SQL = (
    'coalesce("time", rtrim(rtrim(strftime(\'%Y-%m-%dT%H:%M:%f\', ("_id" >> 20) / 1000.0,'
    " 'unixepoch'), '0'), '.') || 'Z')"
)

SPANNING_COLUMNS: tuple[tuple[str, TrinoType], ...] = (
    ("event_date", DATE),
    ("event_time", TIMESTAMP),
    ("event", VARCHAR),
    ("code", VARCHAR),
    ("user", VARCHAR),
    ("uid", VARCHAR),
    ("sid", VARCHAR),
    ("cluster_name", VARCHAR),
    ("event_data", VARCHAR),
)
"""Columns of the ``events`` view, in order, with the types that a query sees."""

# SQLite's floor for SQLITE_MAX_FUNCTION_ARG is 100; json_insert takes a path and a
# value for each column, so wide tables need more than one call.
_COLUMNS_PER_CALL = 45


def quote(name: str) -> str:
    """An SQL identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """An SQL string literal.  Raises ``ValueError`` for a NUL character, which none can hold."""
    if "\0" in text:
        raise ValueError("an SQL literal cannot hold a NUL character")
    return "'" + text.replace("'", "''") + "'"


def json_path(keys: Iterable[str]) -> str:
    """A path as SQLite's JSON functions read it, every key quoted: ``$."identity"."user"``.

    Raises ``ValueError`` for a key that such a path cannot name on every SQLite.
    """
    parts = []
    for key in keys:
        if '"' in key or "\\" in key or any(character < " " for character in key):
            raise ValueError(f"the key {key!r} cannot stand in a JSON path")
        parts.append(f'."{key}"')
    return "$" + "".join(parts)


def table_name(view: View) -> str:
    """The storage table of a documented event type."""
    return f"_event_{view.name}"


def documented_tables() -> list[str]:
    """The storage tables of all documented event types."""
    return [table_name(view) for view in load_catalog().views.values()]


def own_columns(view: View) -> list[Column]:
    """The columns that the table holds: all but those derived from the time."""
    return [column for column in view.columns if not column.derived]


def create_table(view: View) -> str:
    """The statement that makes a documented type's table."""
    columns = [
        '"_id" INTEGER PRIMARY KEY',
        '"_hash" BLOB NOT NULL',
        '"event_date" TEXT NOT NULL',
        *(f"{quote(column.name)} {_affinity(column.type)}" for column in own_columns(view)),
        '"_extra" TEXT',
    ]
    return f"CREATE TABLE {quote(table_name(view))} (\n  " + ",\n  ".join(columns) + "\n)"


def insert_row(view: View) -> str:
    """The statement that stores one event: id, hash, date, own columns, extra, shared.

    For a NULL it takes 0 in a column of text and ``''`` in one of integers (``events.split``).
    """
    columns = {
        "_id": "?",
        "_hash": "?",
        "event_date": "?",
        **{column.name: _or_null(column.type) for column in own_columns(view)},
        "_extra": _or_null(VARCHAR),
        "_shared": _or_null(INTEGER),
    }
    return _insert(table_name(view), columns)


INSERT_OTHER = (
    f'INSERT INTO {quote(OTHER_TABLE)} ("_id", "_hash", "event_date", "event", "event_data")\n'
    'VALUES (?, ?, ?, ?, ?) ON CONFLICT ("_id") DO NOTHING'
)


def column_sql(view: View, column: Column) -> str:
    """A column of a documented view, as an expression over its table."""
    if column.path == ("event",):
        return text_literal(view.event)
    if column.name == "event_time":
        return EVENT_TIME_SQL
    return _TIME_SQL if column.name == "time" else quote(column.name)


def says_its_id(time: str) -> bool:
    """Whether ``column_sql`` gives a readable time from the event's id, so that none is stored.

    So it is if Go wrote it, in UTC, with milliseconds at most.
    """
    if time[10] != "T" or time[-1] != "Z":
        return False
    return len(time) == 20 or (len(time) <= 24 and time[-2] != "0")


def create_view(view: View) -> str:
    """The view of a documented type: the catalog's columns, their names and order, no others."""
    columns = ",\n  ".join(f"{column_sql(view, c)} AS {quote(c.name)}" for c in view.columns)
    return f"CREATE VIEW {quote(view.name)} AS\nSELECT\n  {columns}\nFROM {quote(table_name(view))}"


def event_data_sql(view: View) -> str:
    """The event as it came, as JSON text, over the type's table.

    ``json_insert`` leaves alone what ``_extra`` already has, which is how an original that
    its column could not hold wins over its cast.  An absent column inserts at ``$``, which
    always exists, so nothing happens.
    """
    text = f"coalesce({EXTRA_SQL}, '{{}}')"
    # First those with constant arguments: behind a function's 32nd one, SQLite (seen in 3.40)
    # gives the constants of one arm of a UNION ALL to the others, unless there were some before.
    columns = sorted(own_columns(view), key=lambda column: column.path not in _ALWAYS_THERE)
    for start in range(0, len(columns), _COLUMNS_PER_CALL):
        pairs = "".join(
            f",\n  {_path_unless_null(column, column.path)}, {_as_json(view, column)}"
            for column in columns[start : start + _COLUMNS_PER_CALL]
        )
        text = f"json_insert({text}{pairs})"
    return text


def object_sql(view: View, path: tuple[str, ...]) -> str:
    """The object at ``path`` of a documented type's event as JSON text; NULL for anything else.

    Columns that stand for keys of the object (``server_labels_key``) are put back into it.
    """
    text = object_in(EXTRA_SQL, path)
    held = [column for column in own_columns(view) if column.path[:-1] == path]
    if not held:
        return text
    there = " OR ".join(f"{quote(column.name)} IS NOT NULL" for column in held)
    text = f"coalesce({text}, CASE WHEN {there} THEN '{{}}' END)"
    pairs = ", ".join(
        f"{_path_unless_null(column, column.path[-1:])}, {_as_json(view, column)}"
        for column in held
    )
    return f"json_insert({text}, {pairs})"


def object_in(held: str, path: tuple[str, ...]) -> str:
    """The object at ``path`` of an expression's JSON as JSON text; NULL for anything else."""
    where = text_literal(json_path(path))
    return f"CASE json_type({held}, {where}) WHEN 'object' THEN json_extract({held}, {where}) END"


def create_spanning_view(views: Iterable[View]) -> str:
    """The statement for the view over all events, documented or not, with their ``_id``."""
    arms = [_spanning_arm(view) for view in views]
    other = ",\n  ".join(
        [
            '"_id" AS "_id"',
            '"event_date" AS "event_date"',
            f'{EVENT_TIME_SQL} AS "event_time"',
            '"event" AS "event"',
            *(
                f"{_text_in(quote('event_data'), name)} AS {quote(name)}"
                for name in ("code", "user", "uid", "sid", "cluster_name")
            ),
            '"event_data" AS "event_data"',
        ]
    )
    arms.append(f"SELECT\n  {other}\nFROM {quote(OTHER_TABLE)}")
    return f"CREATE VIEW {quote(SPANNING_VIEW)} AS\n" + "\nUNION ALL\n".join(arms)


def create_events_view() -> str:
    """The statement for ``events``: the spanning view without storage's ``_id``."""
    columns = ", ".join(quote(name) for name, _ in SPANNING_COLUMNS)
    return f'CREATE VIEW "events" AS\nSELECT {columns} FROM {quote(SPANNING_VIEW)}'


def _spanning_arm(view: View) -> str:
    held = {column.name: column for column in view.columns if column.path == (column.name,)}
    columns = [
        '"_id" AS "_id"',
        '"event_date" AS "event_date"',
        f'{EVENT_TIME_SQL} AS "event_time"',
        # A constant, where the column would do: a query for one type then skips the other arms.
        f'{text_literal(view.event)} AS "event"',
    ]
    for name in ("code", "user", "uid", "sid", "cluster_name"):
        sql = quote(name) if name in held else _text_in(EXTRA_SQL, name)
        columns.append(f"{sql} AS {quote(name)}")
    columns.append(f'{event_data_sql(view)} AS "event_data"')
    return "SELECT\n  " + ",\n  ".join(columns) + f"\nFROM {quote(table_name(view))}"


def _text_in(held: str, key: str) -> str:
    path = text_literal(json_path((key,)))
    return f"CASE json_type({held}, {path}) WHEN 'text' THEN json_extract({held}, {path}) END"


def _path_unless_null(column: Column, path: tuple[str, ...]) -> str:
    where = text_literal(json_path(path))
    if column.path in _ALWAYS_THERE:
        return where
    return f"CASE WHEN {quote(column.name)} IS NULL THEN '$' ELSE {where} END"


def _as_json(view: View, column: Column) -> str:
    name = column_sql(view, column)
    if column.type == BOOLEAN:
        return f"json(CASE {name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)"
    return f"json({name})" if column.type.base == "array" else name


def _affinity(kind: TrinoType) -> str:
    return "INTEGER" if kind in (INTEGER, BOOLEAN) else "TEXT"


def _or_null(kind: TrinoType) -> str:
    return f"nullif(?, {_nothing(kind)})"


def _nothing(kind: TrinoType) -> str:
    return "''" if _affinity(kind) == "INTEGER" else "0"


def _insert(table: str, values: Mapping[str, str]) -> str:
    columns = ", ".join(map(quote, values))
    return (
        f"INSERT INTO {quote(table)} ({columns})\nVALUES ({', '.join(values.values())})"
        ' ON CONFLICT ("_id") DO NOTHING'
    )
