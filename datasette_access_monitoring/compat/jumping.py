"""1.0's menu that jumps anywhere: its entries are made of a class that 0.65 does not have."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasette.jump import JumpSQL


async def jump_items(links: Awaitable[Sequence[Mapping[str, str]]]) -> list[JumpSQL]:
    """Entries of the menu: each link has a ``label``, a ``url`` and a ``description``."""
    from datasette.jump import JumpSQL

    return [JumpSQL.menu_item(**link) for link in await links]
