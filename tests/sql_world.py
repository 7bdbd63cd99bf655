"""A small audit database made by hand for tests of the SQL side: storage facts, no store.

Each documented view stands on a table ``_event_<view>`` with its columns, ``_id`` is
``time_ms << 20 | n``; values are held as the store holds them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from datasette_access_monitoring.catalog import load_catalog
from datasette_access_monitoring.engine import Engine, Limits, Result
from datasette_access_monitoring.sql.relation import Relation, RelationColumn
from datasette_access_monitoring.sql.render import value_text
from datasette_access_monitoring.sql.rules.iso8601 import parse_timestamp
from datasette_access_monitoring.sql.rules.times import unpack
from datasette_access_monitoring.sql.translate import translate
from datasette_access_monitoring.sql.window import Window

AS_OF = "2026-11-22T12:00:00.000Z"


def ms(text: str) -> int:
    """Milliseconds since 1970 of an ISO text."""
    moment, _ = unpack(parse_timestamp(text))
    return moment


AS_OF_MS = ms(AS_OF)
_TIME = "strftime('%Y-%m-%d %H:%M:%f', (\"_id\" >> 20) / 1000.0, 'unixepoch')"


def _relation(name: str) -> Relation:
    table = f"_event_{name}"
    columns = tuple(
        RelationColumn(
            column.name, column.type, _TIME if column.name == "event_time" else f'"{column.name}"'
        )
        for column in load_catalog().views[name].columns
    )
    return Relation(
        name,
        columns,
        f'main."{table}"',
        ('"_id" BETWEEN :window_first AND :window_last',),
        table,
    )


RELATIONS: dict[str, Relation] = {name: _relation(name) for name in load_catalog().views}


class World:
    """A database file with all views, empty at first."""

    def __init__(self, path: Any) -> None:
        self.connection = sqlite3.connect(path)
        for name, relation in RELATIONS.items():
            columns = ", ".join(
                f'"{column.name}"' for column in relation.columns if column.name != "event_time"
            )
            self.connection.execute(
                f'CREATE TABLE "_event_{name}" ("_id" INTEGER PRIMARY KEY, {columns})'
            )
        self.connection.commit()
        self.engine = Engine(self.connection)
        self._count = 0

    def add(self, view: str, time: str, **values: Any) -> None:
        """One event; lists and dicts are stored as compact JSON."""
        self._count += 1
        row: dict[str, Any] = {
            "_id": ms(time) << 20 | self._count,
            "event_date": time[:10],
            "time": time,
            **values,
        }
        held = [
            json.dumps(value, separators=(",", ":"), ensure_ascii=False)
            if isinstance(value, (list, dict))
            else value
            for value in row.values()
        ]
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        self.connection.execute(f'INSERT INTO "_event_{view}" ({names}) VALUES ({marks})', held)

    def run(
        self,
        sql: str,
        days: int = 365,
        relations: Mapping[str, Relation] = RELATIONS,
        limits: Limits = Limits(),  # noqa: B008 (frozen)
    ) -> Result:
        window = Window.last_days(days, AS_OF_MS)
        return self.engine.run(translate(sql, relations), window, AS_OF_MS, limits)

    def rows(self, sql: str, days: int = 365) -> list[tuple[Any, ...]]:
        """The rows as SQLite holds them."""
        return self.run(sql, days).rows

    def texts(self, sql: str, days: int = 365) -> list[tuple[str | None, ...]]:
        """The rows as text, NULL as ``None``."""
        result = self.run(sql, days)
        return [
            tuple(
                value_text(column.type, value)
                for column, value in zip(result.columns, row, strict=True)
            )
            for row in result.rows
        ]

    def value(self, expression: str) -> str | None:
        """The value of one expression, as text."""
        return self.texts(f"SELECT {expression}")[0][0]
