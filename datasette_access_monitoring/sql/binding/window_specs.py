"""What a window says of itself: its partition, its order, its frame, and the windows it names.

Source of the rules: Trino's ``StatementAnalyzer.resolveWindowSpecification``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from .bound import Bound
from .context import Context
from .conversion import key_of


@dataclass(frozen=True, slots=True)
class Specification:
    """A window with everything that it takes over from the windows that it names.

    ``inherited`` says that the parts stand in the WINDOW clause, which sees no output columns.
    """

    partition: tuple[exp.Expr, ...] = ()
    order: tuple[exp.Ordered, ...] = ()
    frame: exp.WindowSpec | None = None
    inherited: bool = False

    def context(self, context: Context) -> Context:
        """Where the parts of the window are bound."""
        return replace(context, outputs=()) if self.inherited else context


def defined(context: Context, node: exp.Select) -> Mapping[str, Specification]:
    """The windows that a query names, by their names in lower case."""
    found: dict[str, Specification] = {}
    for definition in node.args.get("windows") or []:
        name = definition.this.name
        if name.lower() in found:
            raise context.error(f"WINDOW {name} specified twice", definition)
        here = replace(context, windows=found)
        found[name.lower()] = replace(specification(here, definition), inherited=True)
    return found


def specification(context: Context, node: exp.Window) -> Specification:
    """The window that OVER, or one line of the WINDOW clause, describes."""
    order = node.args.get("order")
    own = Specification(
        tuple(node.args.get("partition_by") or ()),
        tuple(order.expressions) if order is not None else (),
        node.args.get("spec"),
    )
    named = node.args.get("alias")
    if named is None:
        return own
    other = context.windows.get(named.name.lower())
    if other is None:
        raise context.error(f"Cannot resolve WINDOW name {named.name}", node)
    if own == Specification():
        return other
    if own.partition:
        raise context.error(
            "WINDOW specification with named WINDOW reference cannot specify PARTITION BY", node
        )
    if own.order and other.order:
        raise context.error(
            "Cannot specify ORDER BY if referenced named WINDOW specifies ORDER BY", node
        )
    if other.frame is not None:
        raise context.error("Cannot reference named WINDOW containing frame specification", node)
    return Specification(other.partition, own.order or other.order, own.frame)


def partition_text(parts: Sequence[Bound]) -> str:
    """PARTITION BY in SQLite, over what equal values share."""
    return f"PARTITION BY {', '.join(map(key_of, parts))}" if parts else ""
