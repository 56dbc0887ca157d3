"""Where in what a case looked at a wrong value stands, so that a scenario can expect the right one in its place."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from parcelproof.scenario.expectations import Expect

from ..driver.shapes import OrderView
from ..history import Finding
from ..scenarios.matching import MISSING, at, equal
from ..scenarios.naming import value_of
from .record import Done
from .telling import Teller

LISTS = ("alerts", "balances", "documents", "orders", "profit_and_loss", "reports", "stock", "subscriptions")
MOST_TRIED = 8


def expectations(teller: Teller, finding: Finding) -> Iterator[Expect]:
    """Yield what a scenario could expect instead of a finding, the likeliest first; a replay tells which it is."""
    wanted, found = value_of(finding.expected), value_of(finding.found)
    seen: list[dict[str, Any]] = []
    for look in reversed(teller.record.looks):
        for made in _of_look(teller, look, wanted, found):
            if made not in seen and len(seen) < MOST_TRIED:
                seen.append(made)
                try:
                    yield msgspec.convert({"requirement": finding.requirement, **made}, Expect)
                except msgspec.ValidationError:
                    continue


def _of_look(teller: Teller, look: Done, wanted: Any, found: Any) -> Iterator[dict[str, Any]]:
    if look.error is not None:
        return
    match look.name:
        case "order":
            name = teller.numbers.get(look.args[0])
            view = _data(look.result)
            for pointer in _places(view, found):
                if name and _could_be(view, pointer, wanted):
                    yield {"orders": {name: {pointer: _matcher(wanted)}}}
        case "parcels":
            name = teller.numbers.get(look.args[0]) if look.args else None
            if name and look.side == "bench" and isinstance(wanted, int) and _live(look.result) == found:
                yield {"parcels": {name: wanted}}
        case "mails":
            yield from _of_mails(teller, look, wanted, found)
        case "documents" if look.side == "bench":
            name = teller.numbers.get(look.args[0]) if look.args else None
            if name is None:
                yield from _of_list("documents", _data(look.result), wanted, found)
            elif isinstance(wanted, int) and len(look.result) == found:
                yield {"documents": {"of": name, "count": wanted}}
        case listed if listed in LISTS and not look.args:
            yield from _of_list(listed, _data(look.result), wanted, found)


def _of_list(listed: str, document: Any, wanted: Any, found: Any) -> Iterator[dict[str, Any]]:
    if isinstance(wanted, int) and isinstance(document, list) and equal(len(document), found):
        yield {"driver": {listed: {"": {"length": wanted}}}}
    for pointer in _places(document, found):
        if _alike(at(document, pointer), wanted):
            yield {"driver": {listed: {pointer: _matcher(wanted)}}}


def _of_mails(teller: Teller, look: Done, wanted: Any, found: Any) -> Iterator[dict[str, Any]]:
    to = {"to": look.args[0]} if look.args and look.args[0] else {}
    if isinstance(wanted, int) and equal(len(look.result), found):
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
