"""Pages: templates filled in, with the headers that keep a browser to what it was sent."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ...wire.call import Answer
from . import assets, words
from .visit import Visit, address

HERE = Path(__file__).parent
HTML = "text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DRAWING_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")  # ZPL is drawn by WASM
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@cache
def templates() -> Environment:
    """Return the templates; what a value holds is text, never markup."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(words.FILTERS)
    found.globals.update(url=address, asset=assets.address)
    found.globals["ui"] = found.get_template("ui.html").module
    return found


def page(visit: Visit, template: str, *, status: int = 200, policy: str = POLICY, **values: object) -> Answer:
    """Return a page, or the one live part of it that was asked for; 204 when that part is as the browser has it."""
    found = templates().get_template(template)
    note = (
        "" if visit.session is None else visit.room.notes.take(visit.call.query.get("note", ""))
    )  # others' are theirs
    shown = {"visit": visit, "note": note, "wrong": "", **values}
    part = visit.call.query.get("part", "")
    block = found.blocks.get(f"live_{part}")
    if not part or block is None:
        return html(found.render(shown), status, policy)
    text = "".join(block(found.new_context(shown)))
    if visit.digests[part] == visit.call.query.get("seen"):
        return Answer(204, b"", dict(HEADERS))
    return html(text, status, policy)


def html(text: str, status: int = 200, policy: str = POLICY, headers: Mapping[str, str] | None = None) -> Answer:
    found = {**HEADERS, "Content-Type": HTML, "Content-Security-Policy": policy, **(headers or {})}
    return Answer(status, text.encode("utf-8", "replace"), found)


def file(body: bytes, content_type: str, name: str = "") -> Answer:
    """Return a file to look at, or to keep under `name`; nothing in it runs, whatever it holds."""
    headers = {**HEADERS, "Content-Type": content_type, "Content-Security-Policy": "sandbox; default-src 'none'"}
    if name:
        safe = "".join(letter if (letter.isalnum() and letter.isascii()) or letter in "-_." else "_" for letter in name)
        headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    return Answer(200, body, headers)
