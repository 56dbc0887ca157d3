"""Driving a simulator from Python: tenants, clock, parcels, faults, webhooks, journal, snapshots, mails, payouts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self, TypedDict

import httpx

from .moments import text_of
from .wire import Wire, parsed, path_of, present, query_of

SNAPSHOT = "application/vnd.parcelproof.snapshot"


class Credential(TypedDict):
    """What a client of a carrier will present."""

    carrier: str
    id: str
    secret: str


class ControlClient:
    """Synchronous. Datetimes are aware, in UTC. Every call raises `ControlError` when it is refused."""

    def __init__(
        self, base_url: str, admin_token: str | None = None, *, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._wire = Wire(base_url, admin_token, transport)

    def close(self) -> None:
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- tenants

    def create_tenant(
        self,
        name: str,
        *,
        seed: str = "",
        now: datetime | None = None,
        virtual: bool = True,
        settings: Mapping[str, Any] | None = None,
        credentials: Iterable[Credential] = (),
    ) -> dict[str, Any]:
        body: dict[str, Any] = {"name": name, "seed": seed, "virtual": virtual, "settings": dict(settings or {})}
        body["credentials"] = [dict(credential) for credential in credentials]
        if now is not None:
            body["now"] = text_of(now)
        return self._wire.object("POST", "/tenants", body)

    def tenants(self) -> list[dict[str, Any]]:
        return self._wire.rows("/tenants", "tenants")

    def tenant(self, tenant: str) -> dict[str, Any]:
        return self._wire.object("GET", path_of(tenant))

    def change_settings(self, tenant: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Merge settings; None takes one away."""
        return self._wire.object("PATCH", path_of(tenant), {"settings": dict(settings)})

    def delete_tenant(self, tenant: str) -> None:
        self._wire.send("DELETE", path_of(tenant))

    # -- time

    def clock(self, tenant: str) -> dict[str, Any]:
        """Return {"now", "next_due" (None: nothing is planned), "virtual", "speed"}."""
        return self._wire.object("GET", path_of(tenant, "clock"))

    def set_clock(
        self, tenant: str, *, now: datetime | None = None, virtual: bool | None = None, speed: float | None = None
    ) -> dict[str, Any]:
        given = {"now": None if now is None else text_of(now), "virtual": virtual, "speed": speed}
        return self._wire.object("PUT", path_of(tenant, "clock"), present(given))

    def advance(self, tenant: str, *, to: datetime | None = None, by_ms: int | None = None) -> dict[str, Any]:
        """Move a virtual clock; everything due on the way has happened when this returns, webhooks included."""
        given = {"to": None if to is None else text_of(to), "by_ms": by_ms}
        return self._wire.object("POST", path_of(tenant, "clock", "advance"), present(given))

    # -- parcels

    def parcels(self, tenant: str, **filters: str) -> list[dict[str, Any]]:
        """Return all parcels, page by page; filters are `carrier`, `reference`, `number` and `status`."""
        return list(self._wire.pages(path_of(tenant, "parcels"), "parcels", filters))

    def parcels_page(
        self, tenant: str, *, after: str | None = None, limit: int = 100, **filters: str
    ) -> dict[str, Any]:
        """Return {"parcels", "next" (to give as `after`; None at the end), "total"}; filters as for `parcels`."""
        query = query_of({"after": after, "limit": limit, **filters})
        return self._wire.object("GET", path_of(tenant, "parcels"), query=query)

    def parcel(self, tenant: str, parcel_id: str) -> dict[str, Any]:
        return self._wire.object("GET", path_of(tenant, "parcels", parcel_id))

    def timeline(self, tenant: str, parcel_id: str) -> dict[str, Any]:
        """Return {"parcel", "events" (what was recorded, oldest first), "coming" (the journey's steps left)}."""
        return self._wire.object("GET", path_of(tenant, "parcels", parcel_id, "timeline"))

    def label(self, tenant: str, parcel_id: str, format: Literal["pdf", "zpl"] = "pdf") -> bytes:
        """Return the label's own bytes."""
        path = path_of(tenant, "parcels", parcel_id, "label")
        return self._wire.send("GET", path, query={"format": format}).content

    def scan(
        self,
        tenant: str,
        parcel_id: str,
        code: str,
        *,
        occurred_at: datetime | None = None,
        reason: str = "",
        place: str = "",
        delay_recorded_ms: int = 0,
        duplicate: int = 0,
        reorder: bool = False,
    ) -> dict[str, Any]:
        """Make one event of the carrier happen now, or be recorded later; return the parcel as it stands.

        `duplicate` sends so many copies of its webhooks besides; `reorder` lets them wait, to be overtaken.
        """
        given: dict[str, Any] = {
            "occurred_at": None if occurred_at is None else text_of(occurred_at),
            "delay_recorded_ms": delay_recorded_ms or None,
            "duplicate": duplicate or None,
            "reorder": reorder or None,
        }
        body = {"code": code, "reason": reason, "place": place, **present(given)}
        return self._wire.object("POST", path_of(tenant, "parcels", parcel_id, "scans"), body)

    def revoke(self, tenant: str, parcel_id: str, sequence: int) -> dict[str, Any]:
        return self._wire.object("DELETE", path_of(tenant, "parcels", parcel_id, "scans", str(sequence)))

    def hand_over(
        self, tenant: str, parcel_id: str, label: bytes, content_type: str = "application/octet-stream"
    ) -> dict[str, Any]:
        """Hand a parcel in at the depot under the bytes of a label (PDF, PNG or ZPL).

        Return {"outcome" ("accepted", "another" or "unscannable"), "codes", "problem", "went_on_as", "parcel"}.
        """
        path = path_of(tenant, "parcels", parcel_id, "hand-over")
        return parsed(self._wire.send("POST", path, content=label, kind=content_type))

    def journey(
        self,
        tenant: str,
        parcel_id: str,
        *,
        story: str | None = None,
        steps: Iterable[Mapping[str, Any]] | None = None,
        table: Iterable[Mapping[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Give a parcel another life: a story, steps {after_ms, code, …}, or a table of {at, code, …}."""
        rows = None if table is None else [{**row, "at": text_of(row["at"])} for row in table]
        given = {"story": story, "steps": None if steps is None else [dict(step) for step in steps], "table": rows}
        return self._wire.object("PUT", path_of(tenant, "parcels", parcel_id, "journey"), present(given))

    def pause(self, tenant: str, parcel_id: str, paused: bool = True) -> dict[str, Any]:
        return self._wire.object("PATCH", path_of(tenant, "parcels", parcel_id), {"paused": paused})

    def step(self, tenant: str, parcel_id: str) -> dict[str, Any]:
        """Take the journey's next step now."""
        return self._wire.object("POST", path_of(tenant, "parcels", parcel_id, "step"), {})

    def journeys(self, tenant: str | None = None, carrier: str | None = None) -> list[dict[str, Any]]:
        """Return the stories with their steps in words; of a tenant also with the weight of each in its mix."""
        path = "/journeys" if tenant is None else path_of(tenant, "journeys")
        return self._wire.rows(path, "journeys", query_of({"carrier": carrier}))

    def mixes(self, tenant: str) -> dict[str, dict[str, float]]:
        """Return per carrier how often each story is drawn, by weight."""
        rows = self._wire.rows(path_of(tenant, "journeys", "mix"), "mixes")
        return {row["carrier"]: row["mix"] for row in rows}

    def set_mix(self, tenant: str, carrier: str, mix: Mapping[str, float] | None) -> dict[str, float]:
        """Set how often each story is drawn for new parcels; None goes back to the tenant's general mix."""
        body = {"carrier": carrier, "mix": None if mix is None else dict(mix)}
        found: dict[str, float] = self._wire.object("PUT", path_of(tenant, "journeys", "mix"), body)["mix"]
        return found

    # -- what goes wrong

    def add_fault(self, tenant: str, **fault: Any) -> dict[str, Any]:
        return self._wire.object("POST", path_of(tenant, "faults"), fault)

    def faults(self, tenant: str) -> list[dict[str, Any]]:
        return self._wire.rows(path_of(tenant, "faults"), "faults")

    def clear_faults(self, tenant: str) -> None:
        self._wire.send("DELETE", path_of(tenant, "faults"))

    def drop_fault(self, tenant: str, fault_id: str) -> None:
        self._wire.send("DELETE", path_of(tenant, "faults", fault_id))

    def bad_days(self) -> list[dict[str, Any]]:
        """Return the bad days that can be had: {name, title, sentence, carriers, does}."""
        return self._wire.rows("/bad-days", "bad_days")

    def begun_bad_days(self, tenant: str) -> list[dict[str, Any]]:
        """Return the bad days that are on: {name, carrier, at, until, faults}."""
        return self._wire.rows(path_of(tenant, "bad-days"), "bad_days")

    def begin_bad_day(self, tenant: str, name: str, carrier: str | None = None) -> dict[str, Any]:
        """Let a named bad day begin at a carrier, or wherever it can be."""
        return self._wire.object("POST", path_of(tenant, "bad-days"), present({"name": name, "carrier": carrier}))

    def end_bad_day(self, tenant: str, name: str) -> None:
        self._wire.send("DELETE", path_of(tenant, "bad-days", name))

    def switches(self, tenant: str, carrier: str, **switches: Any) -> dict[str, Any]:
        """Change a carrier's webhook switches and return them all; without any, just return them."""
        path = path_of(tenant, "webhooks", carrier)
        return self._wire.object("PATCH", path, switches) if switches else self._wire.object("GET", path)

    # -- what happened

    def endpoints(self, tenant: str) -> list[dict[str, Any]]:
        """Return where carriers send events: {carrier, id, url, events, status}."""
        return self._wire.rows(path_of(tenant, "webhook-endpoints"), "endpoints")

    def attempts(self, tenant: str, *, carrier: str | None = None, event: str | None = None) -> list[dict[str, Any]]:
        query = query_of({"carrier": carrier, "event": event})
        return list(self._wire.pages(path_of(tenant, "webhook-attempts"), "attempts", query))

    def attempt(self, tenant: str, sequence: int) -> dict[str, Any]:
        """Return one attempt with the whole request and the receiver's answer."""
        return self._wire.object("GET", path_of(tenant, "webhook-attempts", str(sequence)))

    def replay(self, tenant: str, sequence: int) -> int:
        """Send the very bytes of an attempt again, now; return the new attempt's sequence."""
        path = path_of(tenant, "webhook-attempts", str(sequence), "replay")
        return int(self._wire.object("POST", path)["sequence"])

    def journal(self, tenant: str, after: int = 0, **filters: str | int) -> list[dict[str, Any]]:
        """Return what happened on the wire.

        Filters are `direction`, `carrier`, `operation`, `status`, `text` and `fault` ("any", "none", or a part of it).
        """
        query = query_of({"after": after, **filters})
        return list(self._wire.pages(path_of(tenant, "journal"), "entries", query))

    def journal_ndjson(self, tenant: str, **filters: str | int) -> bytes:
        return self._journal(tenant, "ndjson", filters)

    def journal_har(self, tenant: str, **filters: str | int) -> bytes:
        """Return the journal as an HTTP Archive (HAR 1.2)."""
        return self._journal(tenant, "har", filters)

    def _journal(self, tenant: str, form: str, filters: Mapping[str, str | int]) -> bytes:
        query = query_of({**filters, "format": form})
        return self._wire.send("GET", path_of(tenant, "journal"), query=query).content

    def journal_hash(self, tenant: str) -> dict[str, Any]:
        """Return {"sha256", "entries"} of the canonical journal."""
        return self._wire.object("GET", path_of(tenant, "journal", "hash"))

    # -- snapshots

    def snapshot(self, tenant: str) -> bytes:
        return self._wire.send("GET", path_of(tenant, "snapshot")).content

    def restore(self, tenant: str, dump: bytes) -> dict[str, Any]:
        return parsed(self._wire.send("PUT", path_of(tenant, "snapshot"), content=dump, kind=SNAPSHOT))

    def keep_snapshot(self, tenant: str, name: str) -> dict[str, Any]:
        """Keep the tenant as it stands in the server, under a name."""
        return self._wire.object("POST", path_of(tenant, "snapshots"), {"name": name})

    def snapshots(self, tenant: str) -> list[dict[str, Any]]:
        return self._wire.rows(path_of(tenant, "snapshots"), "snapshots")

    def restore_snapshot(self, tenant: str, name: str) -> dict[str, Any]:
        """Put the tenant back where a kept snapshot stood."""
        return self._wire.object("POST", path_of(tenant, "snapshots", name, "restore"))

    def drop_snapshot(self, tenant: str, name: str) -> None:
        self._wire.send("DELETE", path_of(tenant, "snapshots", name))

    # -- mails

    def mails(self, tenant: str, *, to: str = "", subject: str = "") -> list[dict[str, Any]]:
        """Return the mails still kept, oldest first: to one address, or with this in the subject."""
        query = query_of({"to": to or None, "subject": subject or None})
        return list(self._wire.pages(path_of(tenant, "mails"), "mails", query))

    def mail(self, tenant: str, mail: int) -> dict[str, Any]:
        """Return one mail taken apart: headers, text, html, attachments."""
        return self._wire.object("GET", path_of(tenant, "mails", str(mail)))

    def raw_mail(self, tenant: str, mail: int) -> bytes:
        return self._wire.send("GET", path_of(tenant, "mails", str(mail), "raw")).content

    def forget_mails(self, tenant: str) -> None:
        self._wire.send("DELETE", path_of(tenant, "mails"))

    # -- money

    def make_payout(self, tenant: str, carrier: str) -> str | None:
        """Pay out now what is payable; return the report's number, None when nothing is."""
        number = self._wire.object("POST", path_of(tenant, "payouts", carrier), {})["number"]
        return None if number is None else str(number)

    def payouts(self, tenant: str, carrier: str) -> list[dict[str, Any]]:
        return self._wire.rows(path_of(tenant, "payouts", carrier), "payouts")

    def payout_forms(self, tenant: str, carrier: str) -> list[str]:
        """Return the forms in which a carrier gives its reports: json, csv, csv-cp1251, xlsx, xls, xml …."""
        return list(self._wire.object("GET", path_of(tenant, "payouts", carrier))["forms"])

    def payout_file(self, tenant: str, carrier: str, number: str, format: str) -> bytes:
        """Return a report as bytes; `format` is one of `payout_forms`."""
        return self._wire.send("GET", path_of(tenant, "payouts", carrier, number), query={"format": format}).content

    def ledger(self, tenant: str) -> list[dict[str, Any]]:
        return self._wire.rows(path_of(tenant, "ledger"), "parcels")

    def overview(self) -> dict[str, Any]:
        """Return what can be driven: carriers with their operations, event codes and stories."""
        return self._wire.object("GET", "")

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI 3.1 document of the server's control API."""
        found: dict[str, Any] = self._wire.send("GET", "/openapi.json").json()
        return found

    def carrier_openapi(self, carrier: str) -> dict[str, Any]:
        """Return the OpenAPI 3.1 document of a carrier's mount."""
        found: dict[str, Any] = self._wire.send("GET", f"/carriers/{carrier}/openapi.json").json()
        return found
