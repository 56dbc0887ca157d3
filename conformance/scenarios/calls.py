"""A call in a journal as a step's `request`: ids, receivers and secrets by name, the bytes as they were."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode

import msgspec

from parcelproof.scenario.acts import Request

from ..wires import WIRES
from .journal import Entry, JournalError
from .masks import filled, filled_in, filled_query
from .symbols import Symbols
from .wire import FORM, JSON

MOUNTS = {name: wire.mount for name, wire in WIRES.items()}
LEFT_OUT = frozenset(
    {"host", "date", "user-agent", "content-length", "connection", "authorization", "x-api-key", "cookie"}
)
USUAL = {"accept": "*/*"}


class Calls:
    """Writes calls. `receivers` are names by URL; both grow while a journal is read."""

    def __init__(self, symbols: Symbols, receivers: Mapping[str, str]) -> None:
        self._symbols = symbols
        self._receivers = receivers

    def written(self, entry: Entry) -> Request:
        """Return the request of an exchange.

        Raises:
            JournalError: its body is no text.
        """
        path = entry.path.removeprefix(MOUNTS[entry.carrier]) or "/"
        query = dict(parse_qsl(entry.query, keep_blank_values=True))
        if urlencode(query, safe="*") != entry.query:
            path, query = f"{path}?{entry.query}" if entry.query else path, {}
        kind = entry.header("content-type")
        headers = {
            name: self._symbols.written(value)
            for name, value in entry.request_headers.items()
            if name.lower() not in LEFT_OUT and USUAL.get(name.lower()) != value
        }
        body = self._body(entry, kind)
        if ("json" in body and kind == JSON) or ("form" in body and kind == FORM):
            headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        made = {
            "carrier": entry.carrier,
            "method": entry.method,
            "path": self._unmasked(path),
            "query": self._fields(query),
            "headers": headers,
            "credential": _credential(entry),
            **body,
        }
        return msgspec.convert(made, Request)

    def _body(self, entry: Entry, kind: str) -> dict[str, Any]:
        text = entry.request_body
        if not isinstance(text, str):
            raise JournalError(f"exchange {entry.seq} has a body that is no text: the journal holds its digest only")
        if not text:
            return {}
        if kind == FORM:
            form = dict(parse_qsl(text, keep_blank_values=True))
            if text in (urlencode(form, safe="*"), _as_journals_show(form)):
                return {"form": self._fields(form)}
        try:
            document = msgspec.json.decode(text)
        except msgspec.DecodeError:
            document = None
        if document is not None and msgspec.json.encode(document).decode() == text:
            return {"json": filled_in(self._symbols.written_in(self._without_urls(document)))}
        return {"text": self._named_urls(self._unmasked(text))}

    def _fields(self, fields: Mapping[str, str]) -> dict[str, str]:
        return {name: filled_query(name, self._symbols.written(value)) for name, value in fields.items()}

    def _unmasked(self, text: str) -> str:
        return filled(self._symbols.written(text))

    def _named_urls(self, text: str) -> str:
        """Return a text with its receivers' addresses by name, the longest first, since one may begin another."""
        for url, name in sorted(self._receivers.items(), key=lambda item: -len(item[0])):
            text = text.replace(url, f"${{{name}.url}}")
        return text

    def _without_urls(self, document: Any) -> Any:
        if isinstance(document, dict) and document.get("url") in self._receivers:
            return {**document, "url": f"${{{self._receivers[document['url']]}.url}}"}
        return document


def _as_journals_show(form: Mapping[str, str]) -> str:
    """Return a form with the brackets of its names plain, as a journal shows `GoodItems[0][productNo]`."""
    return "&".join(f"{quote_plus(name, safe='*[]')}={quote_plus(value, safe='*')}" for name, value in form.items())


def _credential(entry: Entry) -> str:
    if entry.header("x-api-key") or entry.header("authorization").lower().startswith("basic"):
        return "key"
    return "token" if entry.header("authorization").lower().startswith("bearer") else "none"
