"""Driving a simulator from Python: tenants, clock, parcels, faults, webhooks, journal, mails, payouts."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypedDict
from urllib.parse import quote

import httpx

from .moments import text_of, with_moments

SNAPSHOT = "application/vnd.parcelproof.snapshot"
ADVANCE_TIMEOUT_S = 600.0  # an advance delivers every webhook on the way and so takes as long as the receivers do


class Credential(TypedDict):
    """What a client of a carrier will present."""

    carrier: str
    id: str
    secret: str


class ControlError(Exception):
    """The control API refused: `status` is the HTTP status, 0 when nobody answered."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        self.status = status
        self.title = title
        self.detail = detail
        super().__init__(f"{status} {title}: {detail}")


class ControlClient:
    """Synchronous. Datetimes are aware, in UTC. Every call raises `ControlError` when it is refused."""

    def __init__(
        self, base_url: str, admin_token: str | None = None, *, transport: httpx.BaseTransport | None = None
    ) -> None:
        headers = {} if admin_token is None else {"Authorization": f"Bearer {admin_token}"}
        self._http = httpx.Client(
            base_url=base_url.rstrip("/") + "/_sim/v1",
            headers=headers,
            timeout=httpx.Timeout(30.0, read=ADVANCE_TIMEOUT_S),
            trust_env=False,
            transport=transport,
        )

    def close(self) -> None:
        self._http.close()

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
        return self._object("POST", "/tenants", body)

    def tenants(self) -> list[dict[str, Any]]:
        return self._rows("/tenants", "tenants")

    def tenant(self, tenant: str) -> dict[str, Any]:
        return self._object("GET", self._of(tenant))

    def change_settings(self, tenant: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Merge settings; None takes one away."""
        return self._object("PATCH", self._of(tenant), {"settings": dict(settings)})

    def delete_tenant(self, tenant: str) -> None:
        self._send("DELETE", self._of(tenant))

    # -- time

    def clock(self, tenant: str) -> dict[str, Any]:
        """Return {"now", "next_due" (None: nothing is planned), "virtual", "speed"}."""
        return self._object("GET", self._of(tenant, "clock"))

    def set_clock(
        self, tenant: str, *, now: datetime | None = None, virtual: bool | None = None, speed: float | None = None
    ) -> dict[str, Any]:
        given = {"now": None if now is None else text_of(now), "virtual": virtual, "speed": speed}
        return self._object("PUT", self._of(tenant, "clock"), _present(given))

    def advance(self, tenant: str, *, to: datetime | None = None, by_ms: int | None = None) -> dict[str, Any]:
        """Move a virtual clock; everything due on the way has happened when this returns, webhooks included."""
        given = {"to": None if to is None else text_of(to), "by_ms": by_ms}
        return self._object("POST", self._of(tenant, "clock", "advance"), _present(given))

    # -- parcels

    def parcels(self, tenant: str, **filters: str) -> list[dict[str, Any]]:
        """Return the parcels; filters are `carrier`, `reference` and `number`."""
        return self._rows(self._of(tenant, "parcels"), "parcels", filters)

    def parcel(self, tenant: str, parcel_id: str) -> dict[str, Any]:
        return self._object("GET", self._of(tenant, "parcels", parcel_id))

    def scan(
        self,
        tenant: str,
        parcel_id: str,
        code: str,
        *,
        occurred_at: datetime | None = None,
        reason: str = "",
        place: str = "",
    ) -> dict[str, Any]:
        """Make one event of the carrier happen now; return the parcel."""
        given = {"occurred_at": None if occurred_at is None else text_of(occurred_at)}
        body = {"code": code, "reason": reason, "place": place, **_present(given)}
        return self._object("POST", self._of(tenant, "parcels", parcel_id, "scans"), body)

    def revoke(self, tenant: str, parcel_id: str, sequence: int) -> dict[str, Any]:
        return self._object("DELETE", self._of(tenant, "parcels", parcel_id, "scans", str(sequence)))

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
        return self._object("PUT", self._of(tenant, "parcels", parcel_id, "journey"), _present(given))

    def pause(self, tenant: str, parcel_id: str, paused: bool = True) -> dict[str, Any]:
        return self._object("PATCH", self._of(tenant, "parcels", parcel_id), {"paused": paused})

    def step(self, tenant: str, parcel_id: str) -> dict[str, Any]:
        """Take the journey's next step now."""
        return self._object("POST", self._of(tenant, "parcels", parcel_id, "step"), {})

    # -- what goes wrong

    def add_fault(self, tenant: str, **fault: Any) -> dict[str, Any]:
        return self._object("POST", self._of(tenant, "faults"), fault)

    def faults(self, tenant: str) -> list[dict[str, Any]]:
        return self._rows(self._of(tenant, "faults"), "faults")

    def clear_faults(self, tenant: str) -> None:
        self._send("DELETE", self._of(tenant, "faults"))

    def drop_fault(self, tenant: str, fault_id: str) -> None:
        self._send("DELETE", self._of(tenant, "faults", fault_id))

    def begin_bad_day(self, tenant: str, name: str, carrier: str | None = None) -> dict[str, Any]:
        """Let a named bad day begin at a carrier, or wherever it can be."""
        return self._object("POST", self._of(tenant, "bad-days"), _present({"name": name, "carrier": carrier}))

    def end_bad_day(self, tenant: str, name: str) -> None:
        self._send("DELETE", self._of(tenant, "bad-days", name))

    def switches(self, tenant: str, carrier: str, **switches: Any) -> dict[str, Any]:
        """Change a carrier's webhook switches and return them all; without any, just return them."""
        path = self._of(tenant, "webhooks", carrier)
        return self._object("PATCH", path, switches) if switches else self._object("GET", path)

    # -- what happened

    def attempts(self, tenant: str) -> list[dict[str, Any]]:
        return self._rows(self._of(tenant, "webhook-attempts"), "attempts")

    def journal(self, tenant: str, after: int = 0) -> list[dict[str, Any]]:
        return self._rows(self._of(tenant, "journal"), "entries", {"after": str(after)})

    def journal_ndjson(self, tenant: str) -> bytes:
        return self._send("GET", self._of(tenant, "journal"), query={"format": "ndjson"}).content

    def journal_hash(self, tenant: str) -> dict[str, Any]:
        """Return {"sha256", "entries"} of the canonical journal."""
        return self._object("GET", self._of(tenant, "journal", "hash"))

    def snapshot(self, tenant: str) -> bytes:
        return self._send("GET", self._of(tenant, "snapshot")).content

    def restore(self, tenant: str, dump: bytes) -> dict[str, Any]:
        answer = self._send("PUT", self._of(tenant, "snapshot"), content=dump, kind=SNAPSHOT)
        return self._parsed(answer)

    # -- mails

    def mails(self, tenant: str, *, to: str = "", subject: str = "") -> list[dict[str, Any]]:
        """Return the mails still kept, oldest first: to one address, or with this in the subject."""
        found: list[dict[str, Any]] = []
        query = {name: text for name, text in (("to", to), ("subject", subject), ("limit", "1000")) if text}
        after: int | None = 0
        while after is not None:
            page = self._parsed(self._send("GET", self._of(tenant, "mails"), query={**query, "after": str(after)}))
            found += page["mails"]
            after = page["next"]
        return found

    def mail(self, tenant: str, mail: int) -> dict[str, Any]:
        """Return one mail taken apart: headers, text, html, attachments."""
        return self._object("GET", self._of(tenant, "mails", str(mail)))

    def raw_mail(self, tenant: str, mail: int) -> bytes:
        return self._send("GET", self._of(tenant, "mails", str(mail), "raw")).content

    def forget_mails(self, tenant: str) -> None:
        self._send("DELETE", self._of(tenant, "mails"))

    # -- money

    def make_payout(self, tenant: str, carrier: str) -> str | None:
        """Pay out now what is payable; return the report's number, None when nothing is."""
        number = self._object("POST", self._of(tenant, "payouts", carrier), {})["number"]
        return None if number is None else str(number)

    def payouts(self, tenant: str, carrier: str) -> list[dict[str, Any]]:
        return self._rows(self._of(tenant, "payouts", carrier), "payouts")

    def payout_file(self, tenant: str, carrier: str, number: str, format: str) -> bytes:
        """Return a report as bytes; `format` is json, csv, csv-cp1251 or xlsx."""
        return self._send("GET", self._of(tenant, "payouts", carrier, number), query={"format": format}).content

    def ledger(self, tenant: str) -> list[dict[str, Any]]:
        return self._rows(self._of(tenant, "ledger"), "parcels")

    def overview(self) -> dict[str, Any]:
        """Return what can be driven: carriers with their operations, event codes and stories."""
        return self._object("GET", "")

    # -- the wire

    @staticmethod
    def _of(tenant: str, *rest: str) -> str:
        return "/".join(("/tenants", quote(tenant, safe=""), *(quote(part, safe="") for part in rest)))

    def _object(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        content = None if body is None else json.dumps(body, default=_default).encode()
        return self._parsed(self._send(method, path, content=content))

    def _rows(self, path: str, name: str, query: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._parsed(self._send("GET", path, query=query))[name]
        return rows

    def _send(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        query: Mapping[str, str] | None = None,
        kind: str = "application/json",
    ) -> httpx.Response:
        headers = {} if content is None else {"Content-Type": kind}
        try:
            answer = self._http.request(method, path, content=content, params=query, headers=headers)
        except httpx.HTTPError as error:
            url = str(self._http.base_url).rstrip("/") + path
            raise ControlError(0, "No answer", f"{method} {url}: {error}") from error
        if answer.is_error:
            raise _refusal(answer)
        return answer

    def _parsed(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            found = with_moments(answer.json())
        except ValueError as error:
            raise ControlError(answer.status_code, "No JSON", answer.text[:200]) from error
        if not isinstance(found, dict):
            raise ControlError(answer.status_code, "No JSON object", answer.text[:200])
        return found


def _refusal(answer: httpx.Response) -> ControlError:
    try:
        found = answer.json()
        return ControlError(answer.status_code, str(found["title"]), str(found["detail"]))
    except (ValueError, TypeError, KeyError):
        return ControlError(answer.status_code, answer.reason_phrase, answer.text[:200])


def _present(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _default(value: object) -> str:
    if isinstance(value, datetime):
        return text_of(value)
    raise TypeError(f"{value!r} is no JSON")
