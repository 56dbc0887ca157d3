"""What each call of a case is in the format of scenarios: the act of one step."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from parcelproof.scenario.times import duration_text

from ..wires import WIRES
from .parcels import placed
from .record import Done

if TYPE_CHECKING:
    from .telling import Teller

MOST_BYTES = 20_000


class Untold(Exception):
    """A case cannot be told as a scenario. The text says why, in one sentence."""


Tell = Callable[["Teller", Done], Iterator[dict[str, Any]]]


def after(ended: datetime, at: datetime) -> str:
    return f"+{span_text(at - ended)}"


def span_text(span: timedelta) -> str:
    return duration_text(max(0, round(span.total_seconds() * 1000)))


def _places(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    for body in placed(done):
        yield {"connector": {"place" if body.get("confirm", True) else "draft": teller.parcels.name(body)}}


def _books(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    if done.kwargs:
        raise Untold("orders are booked within another time than two hours")
    names = [teller.parcels.name(body) for body in done.args]
    yield {"connector": {"book": names[0] if len(names) == 1 else names}}


def _confirms(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    number, offer = done.args[0], (*done.args[1:], done.kwargs.get("quote"))[0]
    name = teller.order(number)
    yield {"connector": {"confirm": name if offer is None else {"parcel": name, "offer": teller.record.offers[offer]}}}


def _about_order(act: str) -> Tell:
    def tell(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
        yield {"connector": {act: teller.order(done.args[0])}}

    return tell


def _sends_back(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    number, reason, items = done.args
    yield {"connector": {"return": {"parcel": teller.order(number), "reason": reason, "items": dict(items)}}}


def _novelty(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    number, state = done.args
    details = dict(done.kwargs)
    if "at" in details:
        details["ago"] = span_text(done.at - datetime.fromisoformat(details.pop("at")))
    yield {"connector": {"novelty": {"parcel": teller.order(number), "state": state, **details}}}


def _subscribes(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    number, email, *origin = done.args
    said = {"origin": origin[0]} if origin else {}
    yield {"connector": {"subscribe": {"parcel": teller.order(number), "email": email, **said, **done.kwargs}}}


def _unsubscribes(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    number, email = teller.record.followers[done.args[0]]
    yield {"connector": {"unsubscribe": {"parcel": teller.order(number), "email": email}}}


def _runs_alerts(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    yield {"connector": {"run_alerts": True}}


def _feeds(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    name, content = done.args[:2]
    normal = (*done.args[2:], done.kwargs.get("normal"))[0]
    yield {"connector": {"feed": {"name": name, **_content(teller, content, normal)}}}


def _content(teller: "Teller", content: bytes, normal: Any) -> dict[str, Any]:
    if normal is not None and content == msgspec.json.encode(normal):
        return {"json": teller.names.written_in(msgspec.json.decode(content))}
    if content in teller.record.files:
        carrier, number, form = teller.record.files[content]
        return {"carrier": carrier, "report": teller.report(number), "format": form}
    if len(content) > MOST_BYTES:
        raise Untold(f"a file of {len(content)} bytes is too large for a scenario")
    try:
        return {"text": teller.names.written(content.decode())}
    except UnicodeDecodeError:
        return {"base64": b64encode(content).decode()}


def _scans(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    on_bench = done.side == "bench"
    parcel = teller.order(done.args[0]) if on_bench else teller.parcel(done.args[1])
    code = done.args[1] if on_bench else done.args[2]
    plain = ("reason", "place", "duplicate", "reorder")
    made = {key: value for key, value in done.kwargs.items() if value and key in plain}
    occurred, late_ms = done.kwargs.get("occurred_at"), done.kwargs.get("delay_recorded_ms")
    if occurred is not None and occurred > done.at:
        raise Untold("a scan occurs in the future")
    if occurred is not None and occurred < done.at:
        made["ago"] = span_text(done.at - occurred)
    if late_ms:
        made["late"] = duration_text(late_ms)
    yield {"carrier": {"scan": {"parcel": parcel, "code": code, **made}}}


def _revokes(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    yield {"carrier": {"revoke": {"parcel": teller.parcel(done.args[1]), "sequence": done.args[2]}}}


def _journeys(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    parcel, given = teller.parcel(done.args[1]), {key: value for key, value in done.kwargs.items() if value is not None}
    if set(given) == {"story"}:
        yield {"carrier": {"journey": {"parcel": parcel, "story": given["story"]}}}
        return
    if set(given) != {"table"}:
        raise Untold("a journey of steps has no words in a scenario")
    rows, at = [], done.at
    for row in given["table"]:
        late = {"late": duration_text(row["late_ms"])} if row.get("late_ms") else {}
        more = {key: row[key] for key in ("place", "reason") if row.get(key)}
        rows.append({"at": after(at, row["at"]), "code": row["code"], **more, **late})
        at = row["at"]
    yield {"carrier": {"journey": {"parcel": parcel, "table": rows}}}


def _of_parcel(act: str) -> Tell:
    def tell(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
        paused = (*done.args[2:], done.kwargs.get("paused", True))[0]
        word = "resume" if act == "pause" and not paused else act
        yield {"carrier": {word: teller.parcel(done.args[1])}}

    return tell


def _pays(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    if done.result is None:
        return
    yield {"carrier": {"payout": {"carrier": done.args[1], "report": teller.report(done.result)}}}


def _faults(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    yield {"carrier": {"fault": teller.names.written_in(dict(done.kwargs))}}


def _clears(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    yield {"carrier": {"clear_faults": True}}


def _bad_day(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    name, carrier = done.args[1], (*done.args[2:], done.kwargs.get("carrier"))[0]
    yield {"carrier": {"bad_day": {"name": name, **({"carrier": carrier} if carrier else {})}}}


def _ends_bad_day(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    yield {"carrier": {"end_bad_day": done.args[1]}}


def _switches(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    if not WIRES[done.args[1]].subscribes:
        return  # it sends no webhooks that could be disturbed
    given = dict(done.kwargs)
    for name, word in (("reorder_within_ms", "reorder_within"), ("late_ms", "late")):
        if name in given:
            given[word] = duration_text(given.pop(name))
    yield {"carrier": {"webhooks": {"carrier": done.args[1], **given}}}


def _settings(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    yield {"carrier": {"settings": dict(done.args[1])}}


def _forges(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    url, body, headers = done.args
    by_carrier: dict[str, list[Any]] = {}
    for row in teller.record.attempts:
        if row.url:
            by_carrier.setdefault(row.carrier, []).append(row)
    for carrier, rows in by_carrier.items():
        for place, row in enumerate(rows, start=1):
            if row.url != url:
                continue
            if row.body.encode() == body and headers.items() <= dict(row.headers).items():
                yield {"stranger": {"webhook": {"carrier": carrier, "copy": place}}}
                return
    yield {"stranger": {"webhook": {"carrier": _receiver(teller, url), **_forged(teller, body, headers)}}}


def _receiver(teller: "Teller", url: str) -> str:
    found = [row.carrier for row in teller.record.attempts if row.url == url]
    found += [carrier for carrier, address in teller.record.addresses.items() if address == url]
    if not found:
        raise Untold("a stranger writes to an address that the connector gave no carrier")
    return str(found[0])


def _forged(teller: "Teller", body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    if len(body) > MOST_BYTES:
        raise Untold(f"a webhook of {len(body)} bytes is too large for a scenario")
    try:
        return {"text": teller.names.written(body.decode()), "headers": dict(headers)}
    except UnicodeDecodeError as error:
        raise Untold("a webhook that is no text has no words in a scenario") from error


def _kills(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    operation = done.args[0] if done.args else ""
    where = {"operation": operation, **done.kwargs} if operation else None
    yield {"connector": {"kill": where or True}}


def _refuses(teller: "Teller", done: Done) -> Iterator[dict[str, Any]]:
    to, answer, *times = done.args
    count = (*times, done.kwargs.get("times"))[0]
    often = {} if count is None else {"times": count}
    yield {"mail_server": {"refuse": {"to": to, "answer": answer or "250 OK", **often}}}


TOLD: dict[tuple[str, str], Tell] = {
    ("bench", "book"): _books,
    ("bench", "place"): _places,
    ("bench", "scan"): _scans,
    ("bench", "feed"): _feeds,
    ("bench", "send"): _forges,
    ("bench", "kill"): _kills,
    ("connector", "place"): _places,
    ("connector", "confirm"): _confirms,
    ("connector", "cancel"): _about_order("cancel"),
    ("connector", "quotes"): _about_order("quotes"),
    ("connector", "send_back"): _sends_back,
    ("connector", "enter_novelty"): _novelty,
    ("connector", "subscribe"): _subscribes,
    ("connector", "unsubscribe"): _unsubscribes,
    ("connector", "run_alerts"): _runs_alerts,
    ("connector", "feed"): _feeds,
    ("control", "scan"): _scans,
    ("control", "revoke"): _revokes,
    ("control", "journey"): _journeys,
    ("control", "pause"): _of_parcel("pause"),
    ("control", "step"): _of_parcel("step"),
    ("control", "make_payout"): _pays,
    ("control", "add_fault"): _faults,
    ("control", "clear_faults"): _clears,
    ("control", "begin_bad_day"): _bad_day,
    ("control", "end_bad_day"): _ends_bad_day,
    ("control", "switches"): _switches,
    ("control", "change_settings"): _settings,
    ("mailbox", "refuse"): _refuses,
}
