"""Random Trino queries, typed well enough that most of them mean something.

Every choice comes from one ``random.Random``, so a seed tells a query.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

from sql_literals import SCALARS, ordered
from sql_random_expressions import Expressions, Name, Place

from datasette_access_monitoring.catalog.types import (
    BIGINT,
    BOOLEAN,
    VARCHAR,
    TrinoType,
    array,
    map_of,
)
from datasette_access_monitoring.sql.relation import Relation

_COLUMN = re.compile(r'(\w+\.)?(\w+|"[^"]+")')


class Grammar(Expressions):
    """Makes queries over these relations out of one source of chance."""

    def __init__(self, chance: random.Random, relations: Mapping[str, Relation]) -> None:
        super().__init__(chance)
        self.relations = relations
        self.views = sorted(relations)
        self.ctes: dict[str, list[Name]] = {}

    def query(self, depth: int = 2) -> str:
        return self.typed_query(depth)[0]

    def typed_query(
        self, depth: int, wanted: Sequence[TrinoType] | None = None
    ) -> tuple[str, list[Name]]:
        before = dict(self.ctes)
        head = ""
        if depth and self.likely(15):
            own = self.name()
            inner, names = self.typed_query(depth - 1)
            if self.likely(20):
                head = self.recursive(own)
            else:
                head = f"WITH {own} AS ({inner}) "
                self.ctes[own] = names
        if depth and self.likely(12):
            text, names = self.set_operation(depth, wanted)
        elif wanted is not None and self.likely(15):
            text, names = self.values(wanted)
        else:
            text, names = self.select(depth, wanted)
        self.ctes = before
        return head + text, names

    def recursive(self, own: str) -> str:
        self.ctes[own] = [Name("k", BIGINT)]
        step = f"SELECT k + 1 FROM {own} WHERE k < {self.chance.randint(0, 12)}"
        return f"WITH RECURSIVE {own} (k) AS (SELECT BIGINT '1' UNION ALL {step}) "

    def set_operation(
        self, depth: int, wanted: Sequence[TrinoType] | None
    ) -> tuple[str, list[Name]]:
        wanted = wanted or [self.type() for _ in range(self.chance.randint(1, 3))]
        left, names = self.select(depth - 1, wanted, bare=True)
        right, _ = self.select(depth - 1, [name.type for name in names], bare=True)
        word = self.chance.choice(("UNION", "UNION ALL", "INTERSECT", "EXCEPT", "INTERSECT ALL"))
        tail = f" ORDER BY {self.chance.randint(1, len(names))}" if self.likely(30) else ""
        return f"{left} {word} {right}{tail}", names

    def values(self, wanted: Sequence[TrinoType]) -> tuple[str, list[Name]]:
        rows = [
            f"({', '.join(self.literal(kind) for kind in wanted)})"
            for _ in range(self.chance.randint(1, 3))
        ]
        names = [Name(f"_col{index}", kind) for index, kind in enumerate(wanted)]
        return f"VALUES {', '.join(rows)}", names

    def select(
        self, depth: int, wanted: Sequence[TrinoType] | None, *, bare: bool = False
    ) -> tuple[str, list[Name]]:
        source, seen = self.source(depth)
        place = Place(tuple(seen))
        kinds = list(wanted or (self.type() for _ in range(self.chance.randint(1, 3))))
        where = f" WHERE {self.expression(BOOLEAN, place, 2)}" if self.likely(40) else ""
        clauses, shown = where, place
        if self.likely(25):
            keys = [self.key(place) for _ in range(self.chance.randint(1, 2))]
            clauses += f" GROUP BY {self.grouping(keys)}"
            shown = Place((), aggregates=True)
            self.grouped_by = place
            items = [
                self.chance.choice(keys) if wanted is None and self.likely(30)
                else self.aggregate(kind, place)
                for kind in kinds
            ]  # fmt: skip
            if self.likely(20):
                clauses += f" HAVING {self.aggregate(BOOLEAN, place)}"
        elif self.likely(10):
            items = [self.aggregate(kind, place) for kind in kinds]
        else:
            shown = Place(place.names, windows=True)
            items = [self.expression(kind, shown, 3) for kind in kinds]
        names = [Name(self.name(), kind) for kind in kinds]
        listed = ", ".join(
            f"{item} AS {name.text}" for item, name in zip(items, names, strict=True)
        )
        if wanted is None and seen and self.likely(5):
            return f"SELECT *{source}{where}", []
        distinct = "DISTINCT " if self.likely(10) else ""
        text = f"SELECT {distinct}{listed}{source}{clauses}"
        if not bare:
            text += self.tail(names)
        return text, names

    def tail(self, names: Sequence[Name]) -> str:
        tail = ""
        keys = [
            self.chance.choice((str(index + 1), name.text))
            for index, name in enumerate(names)
            if ordered(name.type)
        ]
        if keys and self.likely(30):
            order = self.chance.choice(("", " DESC", " NULLS FIRST", " ASC NULLS LAST"))
            tail += f" ORDER BY {self.chance.choice(keys)}{order}"
        if self.likely(15):
            tail += f" OFFSET {self.chance.randint(0, 3)}"
        if self.likely(30):
            tail += f" LIMIT {self.chance.randint(0, 50)}"
        elif self.likely(5) and tail.startswith(" ORDER BY"):
            tail += f" FETCH FIRST {self.chance.randint(1, 5)} ROWS WITH TIES"
        return tail

    def key(self, place: Place) -> str:
        """What a query groups by: mostly a column, the only thing that ROLLUP and CUBE take."""
        if place.names and self.likely(70):
            return self.chance.choice(place.names).text
        return self.expression(self.type(1), place, 1)

    def grouping(self, keys: list[str]) -> str:
        shape = self.chance.random()
        listed = ", ".join(keys)
        if shape < 0.6 or not all(_COLUMN.fullmatch(key) for key in keys):
            return listed
        if shape < 0.75:
            return f"ROLLUP ({listed})"
        if shape < 0.85:
            return f"CUBE ({listed})"
        return f"GROUPING SETS (({listed}), ({keys[0]}), ())"

    def source(self, depth: int) -> tuple[str, list[Name]]:
        if self.likely(25):
            return "", []
        text, names = self.item(depth)
        for _ in range(2):
            if not self.likely(20):
                break
            shape = self.chance.random()
            if shape < 0.35:
                more, found = self.unnest(Place(tuple(names)))
                text, names = f"{text} CROSS JOIN {more}", names + found
                continue
            more, found = self.item(depth)
            both = names + found
            if shape < 0.6:
                text = f"{text}, {more}"
            else:
                word = self.chance.choice(("", "LEFT ", "RIGHT ", "FULL ", "INNER "))
                text = (
                    f"{text} {word}JOIN {more} ON {self.expression(BOOLEAN, Place(tuple(both)), 1)}"
                )
            names = both
        return f" FROM {text}", names

    def item(self, depth: int) -> tuple[str, list[Name]]:
        own = self.name()
        shape = self.chance.random()
        if self.ctes and shape < 0.3:
            cte = self.chance.choice(sorted(self.ctes))
            return f"{cte} AS {own}", [Name(f"{own}.{n.text}", n.type) for n in self.ctes[cte]]
        if depth and shape < 0.2:
            text, names = self.typed_query(depth - 1)
            return f"({text}) AS {own}", [Name(f"{own}.{n.text}", n.type) for n in names]
        if shape < 0.35:
            return self.unnest(Place())
        if shape < 0.42:
            kinds = [self.type(1) for _ in range(2)]
            text, _ = self.values(kinds)
            columns = [self.name(), self.name()]
            names = [Name(f"{own}.{c}", k) for c, k in zip(columns, kinds, strict=True)]
            return f"({text}) AS {own} ({', '.join(columns)})", names
        view = self.relations[self.chance.choice(self.views)]
        some = self.chance.sample(view.all_columns, min(12, len(view.all_columns)))
        return f'"{view.name}" AS {own}', [
            Name(f'"{c.name}"' if self.likely(10) else f'{own}."{c.name}"', c.type)
            for c in some
            if '"' not in c.name
        ]

    def unnest(self, place: Place) -> tuple[str, list[Name]]:
        own, first, second = self.name(), self.name(), self.name()
        inner = self.chance.choice(SCALARS)
        if self.likely(20):
            kind = map_of(VARCHAR, inner)
            text = self.expression(kind, place, 1)
            names = [Name(f"{own}.{first}", VARCHAR), Name(second, inner)]
            return f"UNNEST({text}) AS {own} ({first}, {second})", names
        text = self.expression(array(inner), place, 1)
        if self.likely(20):
            names = [Name(first, inner), Name(f"{own}.{second}", BIGINT)]
            return f"UNNEST({text}) WITH ORDINALITY AS {own} ({first}, {second})", names
        return f"UNNEST({text}) AS {own} ({first})", [Name(f"{own}.{first}", inner)]
