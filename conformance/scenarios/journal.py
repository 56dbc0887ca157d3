"""A tenant's journal as a recording reads it: live from the control API, or from an NDJSON file."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from parcelproof.control_client import ControlClient

Moment = Annotated[datetime, Meta(tz=True)]
MASK = "***"
MOST_BYTES = 256 * 1_048_576


class JournalError(Exception):
    """A journal cannot be read, or cannot be told as a scenario. The text is one sentence."""


class Entry(msgspec.Struct, frozen=True):
    """One exchange; bodies that were no text are {"sha256", "size_bytes"}."""

    seq: int
    at: Moment
    direction: str
    carrier: str
    operation: str
    method: str
    path: str
    query: str = ""
    credential: str = ""
    request_headers: Mapping[str, str] = {}
    request_body: str | dict[str, Any] = ""
    status: int = 0
    response_headers: Mapping[str, str] = {}
    response_body: str | dict[str, Any] = ""
    fault: str = ""

    def header(self, name: str) -> str:
        return next((value for key, value in self.request_headers.items() if key.lower() == name.lower()), "")


class Scanned(msgspec.Struct, frozen=True):
    """One scan or withdrawal, as the carrier recorded it. `revokes` 0: it is a scan."""

    parcel: str
    at: Moment
    code: str
    occurred_at: Moment
    reason: str = ""
    place: str = ""
    revokes: int = 0


class Found(msgspec.Struct, frozen=True):
    """What is known of a tenant: its journal, and when it is live, its parcels and settings."""

    name: str
    entries: tuple[Entry, ...]
    scans: tuple[Scanned, ...]
    parcels: tuple[Mapping[str, Any], ...] = ()
    seed: str = ""
    settings: Mapping[str, Any] = {}
    now: Moment | None = None
    sha256: str = ""
    drops: tuple[tuple[str, datetime], ...] = ()  # (carrier, when) of each webhook that was never sent


def entries_of(content: bytes) -> tuple[Entry, ...]:
    """Return the exchanges of an NDJSON journal.

    Raises:
        JournalError: a line is none, or there is none at all.
    """
    entries = []
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            try:
                entries.append(msgspec.json.decode(line, type=Entry))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise JournalError(f"line {number} is no exchange of a journal: {error}") from error
    if not entries:
        raise JournalError("the journal is empty: there is nothing to record")
    return tuple(entries)


def of_file(content: bytes) -> Found:
    """Return what an NDJSON journal tells; scans come from the webhooks in it.

    Raises:
        JournalError: as `entries_of`.
    """
    entries = entries_of(content)
    shown = {entry.credential for entry in entries if entry.direction == "in"} - {""}
    names = sorted(name for name in shown if MASK not in name)  # a client id names the tenant, an API key is masked
    name = names[0] if names else ""
    return Found(name, entries, tuple(_told_scans(entries)))


def of_tenant(control: ControlClient, tenant: str) -> Found:
    """Return everything that the simulator knows of a tenant.

    Raises:
        ControlError: there is no such tenant.
        JournalError: nothing happened in it.
    """
    shown = control.tenant(tenant)
    entries = entries_of(control.journal_ndjson(tenant))
    parcels = control.parcels(tenant)
    codes = {carrier["name"]: set(carrier["codes"]) for carrier in control.overview()["carriers"]}
    scans = [scan for parcel in parcels for scan in _scans_of(parcel, codes.get(parcel["carrier"], set()))]
    return Found(
        name=tenant,
        entries=entries,
        scans=tuple(sorted(scans, key=lambda scan: scan.at)),
        parcels=tuple(parcels),
        seed=shown["seed"],
        settings=shown["settings"],
        now=shown["now"],
        sha256=control.journal_hash(tenant)["sha256"],
        drops=tuple((row["carrier"], row["at"]) for row in control.attempts(tenant) if row["error"] == "dropped"),
    )


def _scans_of(parcel: Mapping[str, Any], codes: set[str]) -> list[Scanned]:
    """Return what a client of the control API could have made happen; consequences of it are left out."""
    facts = [fact for fact in parcel["facts"] if fact["fact"] in ("scan", "revoked")]
    made = {fact["sequence"] for fact in facts if fact["fact"] == "scan" and fact["code"] in codes}
    return [
        Scanned(
            parcel=parcel["id"],
            at=fact["at"],
            code=fact.get("code", ""),
            occurred_at=fact.get("occurred_at", fact["at"]),
            reason=fact.get("reason", ""),
            place=fact.get("place", ""),
            revokes=fact.get("revokes", 0),
        )
        for fact in facts
        if (fact.get("revokes") or fact["sequence"]) in made
    ]


def _told_scans(entries: Iterable[Entry]) -> Iterator[Scanned]:
    """Yield the scans that webhooks told, each once, in the order in which they were first told."""
    seen: dict[str, str] = {}  # event -> its code
    for entry in entries:
        if entry.direction != "out" or not isinstance(entry.request_body, str):
            continue
        try:
            body = msgspec.json.decode(entry.request_body)
            key, made = _cdek_scan(entry, body) if entry.carrier == "cdek" else _alliance_scan(body, seen)
        except (msgspec.DecodeError, msgspec.ValidationError, KeyError, TypeError, AttributeError):
            continue  # no webhook of a scan
        if key not in seen:
            seen[key] = made.code
            yield made


def _alliance_scan(body: Any, seen: Mapping[str, str]) -> tuple[str, Scanned]:
    data = body["data"]
    event = data["event"]
    if body["type"] == "parcel.cancelled":
        raise KeyError("no scan")
    place = event.get("location") or {}
    parts = [f"{place['country']}-{place['postal_code']}" if place.get("postal_code") else "", place.get("city") or ""]
    scan = {
        "parcel": data.get("return_tracking_number") or data["parcel_id"],
        "at": event["recorded_at"],
        "code": seen[data["revoked_event_id"]] if "revoked_event_id" in data else event["status"],
        "occurred_at": event["occurred_at"],
        "reason": event.get("reason") or "",
        "place": " ".join(filter(None, parts)),
        "revokes": int("revoked_event_id" in data),
    }
    return str(event["id"]), msgspec.convert(scan, Scanned)


def _cdek_scan(entry: Entry, body: Any) -> tuple[str, Scanned]:
    if body["type"] != "ORDER_STATUS" or body["attributes"]["code"] in ("CREATED", "REMOVED"):
        raise KeyError("no scan")
    told = body["attributes"]
    scan = Scanned(
        parcel=str(body["uuid"]),
        at=entry.at,
        code=str(told["code"]),
        occurred_at=datetime.fromisoformat(told["status_date_time"]),
        reason=str(told.get("status_reason_code", "")),
        revokes=int(bool(told.get("deleted"))),
    )
    return f"{scan.parcel} {scan.code} {scan.occurred_at} {scan.reason} {scan.revokes}", scan
