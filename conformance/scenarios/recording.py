"""From a tenant's journal back to a scenario: symbolic ids, relative times, and what was seen as what is expected."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from urllib.parse import unquote_plus, urlsplit

import msgspec

from parcelproof.scenario.acts import CarrierAct, Fault, Reply, Revoke, Scan, ShopAct, Switch
from parcelproof.scenario.expectations import Answer, Event, Expect, Webhooks
from parcelproof.scenario.shapes import Parcel, Receiver, Recorded, Scenario, Step, Tenant
from parcelproof.scenario.times import duration_text

from .calls import MOUNTS, Calls
from .journal import Entry, Found, JournalError, Scanned
from .receiver import Received
from .symbols import Symbols, told, used

MOST_COPIES = 100
LONGEST_REFERENCE = 40
CREATES = {"create_parcel", "register_order", "create_order", "create_shipment", "createsending"}
MADE = ("/id", "/entity/uuid", "/Order/BarCode")  # where an answer names the one parcel that it made
SENDINGS = re.compile(r"/CreatedSendings/[0-9]+/InvoiceNumber")  # where it names one of several
MOVES = {"makereturn", "createreturn", "reject_invoice"}  # what they make go back goes by itself
WORDLESS = {"exchange"}  # what answers in no JSON, and may have made orders
STORY = "[story: "
CUTS = {"truncate", "stall", "reset"}


def recorded(found: Found, title: str) -> Scenario:
    """Return a scenario that does again what a tenant's client did and what its parcels went through.

    Raises:
        JournalError: a carrier has no recording yet, or nothing came in.
    """
    return _Recording(found).scenario(title)


class _Recording:
    def __init__(self, found: Found) -> None:
        self._found = found
        self._in = [entry for entry in found.entries if entry.direction == "in"]
        self._out = [entry for entry in found.entries if entry.direction == "out"]
        if not self._in:
            raise JournalError("no call came in: there is nothing to record")
        strange = sorted({entry.carrier for entry in self._in} - set(MOUNTS))
        if strange:
            raise JournalError(f"calls to {', '.join(strange)} cannot be recorded; {', '.join(MOUNTS)} can")
        self._symbols = Symbols()
        self._parcels: dict[str, Parcel] = {}
        self._ids: dict[str, str] = {}  # what a scan calls its parcel -> the parcel's symbolic name
        self._receivers: dict[str, str] = {}  # URL -> name
        self._calls = Calls(self._symbols, self._receivers)
        self._kept = 0
        self._faults: set[str] = set()
        self._drops = Counter(found.drops)
        self._paused: set[str] = set()  # ways back
        self._booked = {row["id"]: row["facts"][0]["at"] for row in found.parcels if row["facts"]}
        self._steps: list[Step] = []
        first = min(entry.at for entry in found.entries)
        self._start = self._now = first.replace(microsecond=0)

    def scenario(self, title: str) -> Scenario:
        self._find_receivers()
        scans = list(self._found.scans)
        for place, entry in enumerate(self._in):
            reads = entry.method in ("GET", "HEAD")
            while scans and (scans[0].at < entry.at or (reads and scans[0].at == entry.at)):
                self._scan(scans.pop(0))
            self._fault(entry)
            self._request(entry, self._in[place + 1 :])
        for scan in scans:
            self._scan(scan)
        self._end()
        sha256 = self._found.sha256
        own = {name: value for name, value in self._found.settings.items() if name not in (*MOUNTS, "mix")}
        return Scenario(
            scenario=title,
            tags=("recorded",),
            seed=self._found.seed or "1",
            start=self._start.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            tenant=Tenant(name=self._found.name, settings=own),
            carriers={name: own for name in MOUNTS if (own := self._own(name))},  # type: ignore[misc]
            receivers={name: self._receiver(url) for url, name in self._receivers.items()},
            parcels=self._parcels,
            steps=tuple(self._steps),
            recorded=Recorded(sha256=sha256, entries=len(self._found.entries)) if sha256 else None,
        )

    def _own(self, carrier: str) -> dict[str, Any]:
        """Return a carrier's own settings but its mix: in a recording parcels move when told."""
        return {name: value for name, value in self._found.settings.get(carrier, {}).items() if name != "mix"}

    # -- receivers

    def _find_receivers(self) -> None:
        for entry in self._out:
            if entry.path not in self._receivers:
                self._receivers[entry.path] = f"hook{len(self._receivers) + 1}"
        for url in (url for entry in self._in if (url := _url_in(entry))):
            self._receivers.setdefault(url, f"hook{len(self._receivers) + 1}")

    def _receiver(self, url: str) -> Receiver:
        """Return a receiver that answers as this one did; the same path where no other receiver has it."""
        path = urlsplit(url).path or "/"
        same = [name for other, name in self._receivers.items() if (urlsplit(other).path or "/") == path]
        replies = [_reply(entry) for entry in self._out if entry.path == url]
        runs = [(reply, len(list(group))) for reply, group in groupby(replies)]
        if runs and runs[-1][0] == Reply():
            runs.pop()
        answers = tuple(msgspec.structs.replace(reply, times=count) for reply, count in runs)
        return Receiver(path=path if len(same) == 1 else "", answers=answers)

    # -- steps

    def _when(self, at: datetime) -> str:
        passed_ms = max(0, round((at - self._now).total_seconds() * 1000))
        self._now = max(at, self._now)
        return f"+{duration_text(passed_ms)}"

    def _fault(self, entry: Entry) -> None:
        """Set the faults that hit this call, each the first time that it hits one."""
        for name in filter(None, entry.fault.split(", ")):
            fault_id, _, rest = name.partition(" ")
            kind, _, point = rest.partition(" ")
            if fault_id in self._faults or kind not in ("status", "reset", "stall", "truncate", "malformed"):
                continue
            self._faults.add(fault_id)
            hits = sum(f"{fault_id} " in other.fault for other in self._in)
            given: dict[str, Any] = {
                "kind": kind,
                "point": point or None,
                "carrier": entry.carrier,
                "operation": entry.operation,
            }
            given |= {"times": hits, "status": entry.status if kind == "status" else 500}
            fault = msgspec.convert(given, Fault)
            self._steps.append(Step(when=self._when(entry.at), carrier=CarrierAct(fault=fault)))

    def _drop(self, carrier: str, at: datetime) -> None:
        """Let the webhooks that were dropped at this moment be dropped again."""
        count = self._drops.pop((carrier, at), 0)
        if count:
            switch = msgspec.convert({"carrier": carrier, "drop": count}, Switch)
            self._steps.append(Step(when=self._when(at), carrier=CarrierAct(webhooks=switch)))

    def _request(self, entry: Entry, later: list[Entry]) -> None:
        self._drop(entry.carrier, entry.at)
        when = self._when(entry.at)
        request = self._calls.written(entry)
        told_now: dict[str, str] = {}
        if entry.operation in CREATES and 200 <= entry.status < 300:
            first, told_now = self._made(entry)
            request = msgspec.structs.replace(request, parcel=first)
        elif entry.operation in WORDLESS or (entry.operation in CREATES and not entry.status):
            self._find_untold(entry)
        request = msgspec.structs.replace(request, keep={**told_now, **self._keeps(entry, later)})
        answer = Answer(lost=True) if not entry.status or _cut(entry) else Answer(status=entry.status)
        self._steps.append(Step(when=when, shop=ShopAct(request=request), expect=Expect(answer=answer)))
        if entry.operation == "create_return" and 200 <= entry.status < 300:
            self._return(entry)
        self._pause_what_moves(entry)

    def _return(self, entry: Entry) -> None:
        """A way back lives by itself once it is announced; here it is to move by its recorded scans only."""
        ids = dict(told(entry.response_body))
        name = next((f"{self._ids[row]}.return" for row in used(_texts(entry)) if row in self._ids), "")
        if name and "/return_tracking_number" in ids:
            self._ids[ids["/return_tracking_number"]] = name
            self._pause(name, entry.at)

    def _pause_what_moves(self, entry: Entry) -> None:
        """Stop what this call sets in motion: what comes back, and a life that the order asked for."""
        asks = isinstance(entry.request_body, str) and STORY in unquote_plus(entry.request_body)
        made = entry.operation in CREATES and asks
        if not made and entry.operation not in MOVES:
            return
        booked = (row["id"] for row in self._found.parcels if self._booked.get(row["id"]) == entry.at)
        named = (f"{entry.carrier} {number}" for number in used(_texts(entry)))
        for known in (*booked,) if entry.operation != "reject_invoice" else (*named,):
            if known in self._ids:
                self._pause(self._ids[known], entry.at)

    def _pause(self, name: str, at: datetime) -> None:
        self._paused.add(name)
        self._steps.append(Step(when=self._when(at), carrier=CarrierAct(pause=name)))

    def _made(self, entry: Entry) -> tuple[str | None, dict[str, str]]:
        """Give the parcels that this answer made symbolic names, once: the first, and pointers to others' numbers."""
        ids = dict(told(entry.response_body))
        if "/tracking_number" in ids and "/id" in ids:
            return self._parcel(entry, ids["/id"], ids["/tracking_number"]), {}
        places = [pointer for pointer in ids if pointer in MADE or SENDINGS.fullmatch(pointer)]
        numbered = [pointer for pointer in places if pointer not in MADE[:2]]
        names = [
            self._parcel(entry, "" if at in numbered else ids[at], ids[at] if at in numbered else "") for at in places
        ]
        others = {f"{name}.number": at for name, at in zip(names[1:], places[1:], strict=True)}
        return (names[0] if names else None), others

    def _find_untold(self, entry: Entry) -> None:
        """Name the parcels of a booking whose answer does not tell of them: the simulator knows them."""
        for row in self._found.parcels:
            unknown = row["id"] not in self._ids and not row["return_of"]
            if unknown and row["carrier"] == entry.carrier and self._booked.get(row["id"]) == entry.at:
                self._parcel(entry, row["id"], row["number"])

    def _parcel(self, entry: Entry, parcel_id: str, number: str) -> str:
        """Give a parcel a symbolic name, once; some carriers tell its number only."""
        if found := self._ids.get(parcel_id) or self._ids.get(f"{entry.carrier} {number}"):
            return found
        rows = self._found.parcels
        row = next((row for row in rows if _is_it(row, entry.carrier, parcel_id, number)), {})
        name = f"p{len(self._parcels) + 1}"
        reference = row.get("reference", "")
        said = {"reference": reference} if reference != name and 0 < len(reference) <= LONGEST_REFERENCE else {}
        self._parcels[name] = msgspec.convert({"carrier": entry.carrier, **said}, Parcel)
        parcel_id, number = parcel_id or row.get("id", ""), number or row.get("number", "")
        for known, attribute in ((parcel_id, "id"), (number, "number")):
            if known:
                self._symbols.name(known, f"{name}.{attribute}")
        self._ids |= {known: name for known in (parcel_id, f"{entry.carrier} {number}") if known}
        for back in rows:
            if parcel_id and back["return_of"] == parcel_id:
                self._ids |= {back["id"]: f"{name}.return", back["number"]: f"{name}.return"}
        return name

    def _keeps(self, entry: Entry, later: list[Entry]) -> dict[str, str]:
        """Keep what this answer tells and a later request uses."""
        wanted = used(text for other in later for text in _texts(other))
        keeps = {}
        for pointer, found in told(entry.response_body):
            if found in wanted and not self._symbols.known(found):
                self._kept += 1
                name = f"kept{self._kept}"
                self._symbols.name(found, name)
                keeps[name] = pointer
        return keeps

    def _scan(self, scan: Scanned) -> None:
        name = self._ids.get(scan.parcel)
        if name is None:
            return  # its booking is older than the journal, or it is another parcel's consequence
        if name.endswith(".return") and name not in self._paused:
            self._pause(name, self._booked.get(scan.parcel, scan.at))
        self._drop(self._parcels[name.removesuffix(".return")].carrier, scan.at)
        when = self._when(scan.at)
        if scan.revokes:
            sequence = scan.revokes if self._found.sha256 else 0
            revoke = Revoke(parcel=name, sequence=sequence, code="" if sequence else scan.code)
            self._steps.append(Step(when=when, carrier=CarrierAct(revoke=revoke)))
            return
        ago_ms = round((scan.at - scan.occurred_at).total_seconds() * 1000)
        made = Scan(
            parcel=name,
            code=scan.code,
            reason=scan.reason,
            place=scan.place,
            ago=duration_text(ago_ms) if ago_ms > 0 else None,
            duplicate=min(self._copies(scan), MOST_COPIES),
        )
        self._steps.append(Step(when=when, carrier=CarrierAct(scan=made)))

    def _copies(self, scan: Scanned) -> int:
        """Return how often the webhooks of a scan were sent besides the first time, at the very moment of the scan."""
        told_it = Counter(
            (entry.path, entry.request_body)
            for entry in self._out
            if entry.at == scan.at
            and isinstance(entry.request_body, str)
            and scan.parcel in entry.request_body
            and f'"code":"{scan.code}"' in entry.request_body
        )
        return max(told_it.values(), default=1) - 1

    # -- what was seen

    def _end(self) -> None:
        last = self._found.now or max(entry.at for entry in self._found.entries)
        shown = {self._ids[row["id"]]: row for row in self._found.parcels if row["id"] in self._ids}
        expect = Expect(
            status={name: row["status"] for name, row in shown.items()},
            events={name: tuple(_events(row)) for name, row in shown.items()},
            webhooks=tuple(self._webhooks()) or None,
        )
        self._steps.append(Step(when=self._when(last), note="Everything came as it was recorded.", expect=expect))

    def _webhooks(self) -> Iterator[Webhooks]:
        from .expecting import event_of

        for url, name in self._receivers.items():
            reached = [entry for entry in self._out if entry.path == url]
            bodies = [entry.request_body if isinstance(entry.request_body, str) else "" for entry in reached]
            events = [event_of(Received(name, {}, body.encode(), 0)) for body in bodies]
            yield msgspec.convert({"receiver": name, "events": events}, Webhooks)


def _events(row: Mapping[str, Any]) -> Iterator[str | Event]:
    gone = {fact["revokes"] for fact in row["facts"] if fact.get("revokes")}
    for fact in row["facts"]:
        if fact["fact"] == "scan":
            yield Event(code=fact["code"], revoked=True) if fact["sequence"] in gone else fact["code"]


def _reply(entry: Entry) -> Reply:
    if not entry.status:
        return Reply(cut=True)
    headers = {name: value for name, value in entry.response_headers.items() if name.lower() == "retry-after"}
    return Reply(status=entry.status, headers=headers)


def _cut(entry: Entry) -> bool:
    """Tell whether a fault kept the answer, which the journal has, from being read whole."""
    return any(name.split(" ")[1:2] == [kind] for name in entry.fault.split(", ") for kind in CUTS)


def _is_it(row: Mapping[str, Any], carrier: str, parcel_id: str, number: str) -> bool:
    return row["id"] == parcel_id if parcel_id else (row["carrier"], row["number"]) == (carrier, number)


def _url_in(entry: Entry) -> str:
    try:
        body = msgspec.json.decode(entry.request_body) if isinstance(entry.request_body, str) else None
    except msgspec.DecodeError:
        return ""
    url = body.get("url") if isinstance(body, dict) else None
    return url if isinstance(url, str) and url.startswith("http") else ""


def _texts(entry: Entry) -> Iterator[str]:
    yield entry.path
    yield entry.query
    yield from entry.request_headers.values()
    if isinstance(entry.request_body, str):
        yield entry.request_body
