"""Somebody at a browser: a page of their own, watched for what must never happen on any.

Never: an error in the console (a violation of the Content-Security-Policy is one), an exception
in a script, a dialog, a request to another host.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Dialog, Page, Request, expect

from .serving import Server

WIDE = {"width": 1200, "height": 800}
PHONE = {"width": 375, "height": 667}


class Visitor:
    """A page in a browser, what it met that it must not, and the server that it looks at."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.problems: list[str] = []
        page.on("console", lambda it: it.type == "error" and self._met(f"console: {it.text}"))
        page.on("pageerror", lambda it: self._met(f"exception: {it}"))
        page.on("dialog", self._refuse)
        page.context.on("request", self._look)

    def _met(self, problem: str) -> None:
        self.problems.append(f"{problem} (on {self.page.url})")

    def _refuse(self, dialog: Dialog) -> None:
        self._met(f"a dialog opened: {dialog.message}")
        dialog.dismiss()

    def _look(self, request: Request) -> None:
        if not request.url.startswith((f"{self.server.base}/", "data:")):
            self._met(f"a request to {request.url}")

    def sign_in(self, actor: str) -> None:
        self.page.goto(self.server.sign_in(actor))
        expect(self.page.locator("header .actor")).to_have_text(actor)

    def open(self, path: str = "") -> Page:
        """Open one of our pages, and see that it is there."""
        answer = self.page.goto(self.server.page(path))
        assert answer is not None and answer.ok, f"{path}: {answer and answer.status}"
        return self.page

    def refused(self, address: str, status: int) -> None:
        """Open a page that is answered with that status, of which the console tells."""
        before = len(self.problems)
        answer = self.page.goto(address)
        assert answer is not None and answer.status == status, address
        met = self.problems[before:]
        assert all(f"the server responded with a status of {status}" in one for one in met), met
        del self.problems[before:]


@contextmanager
def visiting(chromium: Browser, server: Server) -> Iterator[Visitor]:
    """Somebody who was never here; at the end, nothing may have happened that must not."""
    context = chromium.new_context(viewport=WIDE, accept_downloads=True)  # type: ignore[arg-type]
    try:
        visitor = Visitor(context.new_page(), server)
        yield visitor
        assert not visitor.problems, "\n".join(visitor.problems)
    finally:
        context.close()
