"""Where in what a case looked at a wrong value stands, so that a scenario can expect the right one in its place."""

import re
from collections.abc import Iterator, Mapping
from linecache import getline
from traceback import extract_tb
from typing import Any

import msgspec

from parcelproof.scenario.expectations import Expect

from ..driver.http import Refused
from ..driver.shapes import OrderView
from ..history import Finding
from ..scenarios.matching import MISSING, at, equal
from ..scenarios.naming import value_of
from .record import Done
from .telling import Teller

LISTS = ("alerts", "balances", "documents", "orders", "profit_and_loss", "reports", "stock", "subscriptions")
MOST_TRIED = 8
ASKED = (
    ("bench", "feed"), ("bench", "place"), ("connector", "place"), ("connector", "confirm"), ("connector", "cancel"),
    ("connector", "send_back"), ("connector", "subscribe"), ("connector", "enter_novelty"), ("connector", "feed"),
)  # fmt: skip
SUITES = "/suites/"
_REFUSAL = re.compile(r"(4\d\d)(?: ([A-Z_]{3,40}))?")


def expectations(teller: Teller, finding: Finding, asked: frozenset[str]) -> Iterator[Expect]:
    """Yield what a scenario could expect instead of a finding, the likeliest first; a replay tells which it is.

    `asked` are the names in the statement that found it: what it does not speak of is not what it looked at, though the
    same value may stand there.
    """
    wanted, found = value_of(finding.expected), value_of(finding.found)
    seen: list[dict[str, Any]] = []
    if (made := _answered(teller, finding)) is not None:
        yield msgspec.convert({"requirement": finding.requirement, **made}, Expect)
    for look in reversed(teller.record.looks):
        for made in _of_look(teller, look, wanted, found, asked):
            if made not in seen and len(seen) < MOST_TRIED:
                seen.append(made)
                try:
                    yield msgspec.convert({"requirement": finding.requirement, **made}, Expect)
                except msgspec.ValidationError:
                    continue


def _answered(teller: Teller, finding: Finding) -> dict[str, Any] | None:
    """Return the refusal that was wanted of what the connector was asked last, where the finding speaks of one."""
    wanted = _REFUSAL.fullmatch(finding.expected)
    last = next((done for done in reversed(teller.record.acts) if (done.side, done.name) in ASKED), None)
    if wanted is None or last is None:
        return None
    if not (finding.found == "accepted" and last.error is None) and not isinstance(last.error, Refused):
        return None
    code = {"json": {"/code": wanted[2]}} if wanted[2] else {}
    return {"answer": {"status": int(wanted[1]), **code}}


def asked_by(error: BaseException) -> frozenset[str]:
    """Return the names in the statement of the suites that raised: `expect(view.status, …)` gives view and status."""
    frames = [frame for frame in extract_tb(error.__traceback__) if SUITES in frame.filename]
    if not frames:
        return frozenset()
    last = frames[-1]
    lines = [getline(last.filename, number) for number in range(last.lineno or 0, (last.end_lineno or 0) + 1)]
    return frozenset(re.findall(r"[A-Za-z_]\w*", "".join(lines)))


def _of_look(teller: Teller, look: Done, wanted: Any, found: Any, asked: frozenset[str]) -> Iterator[dict[str, Any]]:
    if look.error is not None:
        return
    counted = isinstance(wanted, int) and "len" in asked
    match look.name:
        case "order":
            name = teller.numbers.get(look.args[0])
            view = _data(look.result)
            for pointer in _places(view, found):
                if name and pointer.rpartition("/")[2] in asked and _could_be(view, pointer, wanted):
                    yield {"orders": {name: {pointer: _matcher(wanted)}}}
        case "parcels":
            name = teller.numbers.get(look.args[0]) if look.args else None
            if name and look.side == "bench" and counted and _live(look.result) == found:
                yield {"parcels": {name: wanted}}
        case "refused" if isinstance(wanted, int) and "refused" in asked:
            for address, count in look.result.items():
                if equal(count, found):
                    yield {"refused": {address: wanted}}
        case "mails":
            yield from _of_mails(teller, look, wanted, found, counted=counted)
        case "documents" if look.side == "bench":
            name = teller.numbers.get(look.args[0]) if look.args else None
            if name is None:
                yield from _of_list("documents", _data(look.result), wanted, found, asked)
            elif counted and len(look.result) == found:
                yield {"documents": {"of": name, "count": wanted}}
        case listed if listed in LISTS and not look.args:
            yield from _of_list(listed, _data(look.result), wanted, found, asked)


def _of_list(listed: str, document: Any, wanted: Any, found: Any, asked: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Yield a member of each row; a value in one row may stand there by chance."""
    for pointer in _places(document, found):
        if "*" in pointer and pointer.rpartition("/")[2] in asked and _alike(at(document, pointer), wanted):
            yield {"driver": {listed: {pointer: _matcher(wanted)}}}


def _of_mails(teller: Teller, look: Done, wanted: Any, found: Any, *, counted: bool) -> Iterator[dict[str, Any]]:
    to = {"to": look.args[0]} if look.args and look.args[0] else {}
    if counted and equal(len(look.result), found):
        yield {"mails": {**to, "count": wanted}}
    words = [done.kwargs["observation"] for done in teller.record.acts if done.kwargs.get("observation")]
    said = ["+".join(word for word in words if word in mail.text) for mail in look.result]
    if isinstance(wanted, list) and words and said == found:
        yield {"mails": {**to, "words": words, "told": wanted}}


def _live(rows: Any) -> int:
    return sum(1 for row in rows if row.status != "cancelled")


def _matcher(wanted: Any) -> Any:
    return {"is": wanted} if isinstance(wanted, list | dict) else wanted


def _places(document: Any, found: Any) -> list[str]:
    """Return the JSON pointers at which a value stands, the shallowest first; also that of a member of all items."""
    places = [pointer for pointer, value in _walk(document, "") if equal(value, found)]
    return sorted(places, key=lambda pointer: (pointer.count("/"), pointer))


def _walk(node: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    yield pointer, node
    if isinstance(node, dict):
        for key, item in node.items():
            yield from _walk(item, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(node, list):
        keys = dict.fromkeys(key for item in node if isinstance(item, dict) for key in item)
        for key in keys:
            yield f"{pointer}/*/{key}", at(node, f"/*/{key}")
        for place, item in enumerate(node):
            yield from _walk(item, f"{pointer}/{place}")


def _could_be(view: Mapping[str, Any], pointer: str, wanted: Any) -> bool:
    """Tell whether an order's view could have the wanted value there: a status is no carrier."""
    changed = _data(view)
    holder, _, last = pointer.rpartition("/")
    parent = at(changed, holder)
    if "*" in pointer or parent is MISSING or not last:
        return _alike(at(view, pointer), wanted)
    if isinstance(parent, list):
        parent[int(last)] = wanted
    else:
        parent[last] = wanted
    try:
        msgspec.convert(changed, OrderView)
    except msgspec.ValidationError:
        return False
    return True


def _alike(found: Any, wanted: Any) -> bool:
    return type(found) is type(wanted) or found is None or wanted is None


def _data(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))
