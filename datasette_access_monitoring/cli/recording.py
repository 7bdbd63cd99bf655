"""What a command did, told to the log that it did it to.

A log that cannot be written (a read-only copy, say) can still be asked: who holds the file
could read it with any SQLite client.  Then it is said on stderr that nothing was recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .common import one_line

if TYPE_CHECKING:
    from ..events import Event


def recorder(db: Path) -> Callable[[Event], None]:
    """A function that puts an event into the log."""

    def record(event: Event) -> None:
        from ..errors import StoreError
        from ..store.database import open_for_writing
        from ..store.write import Writer

        try:
            connection = open_for_writing(db)
            try:
                writer = Writer(connection)
                with writer.transaction():
                    writer.add([event])
            finally:
                connection.close()
        except StoreError as error:
            click.echo(f"Note: this is not recorded in the log: {one_line(str(error))}", err=True)

    return record
