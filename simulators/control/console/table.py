"""How a page is put on the table of routes."""

from collections.abc import Awaitable, Callable
from typing import cast

from ...wire.call import Answer, Handler
from ...wire.routes import Route, Routes
from .visit import Visit

Page = Callable[[Visit], Awaitable[Answer]]


def on(table: Routes, method: str, template: str) -> Callable[[Page], Page]:
    """Put a page, or what a form does, on the table; `template` is below `/_console`."""

    def register(page: Page) -> Page:
        table.add(Route(method, template, getattr(page, "__name__", template), cast(Handler, page)))
        return page

    return register
