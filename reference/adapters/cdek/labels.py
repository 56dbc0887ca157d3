"""CDEK's print forms: ask for one, wait until it is ready, fetch its PDF. Parcel labels and waybills alike.

Source: `courier_api` §1.7, CF-04…CF-06. The link in the answer is never followed: the PDF is read at our own base
address, since the token goes with it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from ...ports import Refused, Unavailable
from ..exchange import decode, segment
from .session import EXPIRED, NOT_FOUND, Session, raise_for
from .shapes import FormAnswer, Written

LABELS = ("/print/barcodes", {"copy_count": 1, "format": "A6"})
WAYBILLS = ("/print/orders", {"copy_count": 2})
PDF = b"%PDF-"
GONE = EXPIRED | NOT_FOUND
STUCK = timedelta(minutes=10)  # after which a form that is still being made is asked for anew


class Forms:
    """Forms of one kind. Remembers which was asked for which order; after a restart it asks again, with no harm."""

    def __init__(self, session: Session, now: Callable[[], datetime], kind: tuple[str, Mapping[str, Any]]) -> None:
        self._session = session
        self._now = now
        self._path, self._wanted = kind
        self._forms: dict[str, tuple[str, datetime]] = {}

    async def pdf(self, carrier_id: str) -> bytes | None:
        """Return the PDF, or None while the carrier is making it. One that expired, or got stuck, is asked for anew."""
        form, since = self._forms.get(carrier_id, ("", self._now()))
        if not form:
            await self._ask(carrier_id)
            return None
        try:
            found = await self._fetched(carrier_id, form)
        except Refused as fault:
            if fault.code not in GONE:
                raise
            await self._ask(carrier_id)
            return None
        if found is None and self._now() - since >= STUCK:
            await self._ask(carrier_id)
        return found

    async def _ask(self, carrier_id: str) -> None:
        body = {"orders": [{"order_uuid": carrier_id}], **self._wanted}
        made = decode(await self._session.post(self._path, body), Written)
        for request in made.requests or ():
            if request.state == "INVALID":
                raise_for(request.errors or [])
        if made.entity is None:
            raise Unavailable("unreadable_answer", "a print form was asked for and none was named")
        self._forms[carrier_id] = (made.entity.uuid, self._now())

    async def _fetched(self, carrier_id: str, form: str) -> bytes | None:
        answer = decode(await self._session.get(f"{self._path}/{segment(form)}"), FormAnswer)
        if answer.entity is None:
            raise Unavailable("unreadable_answer", "a print form was read and its entity is missing")
        state = answer.entity.statuses[-1].code if answer.entity.statuses else "ACCEPTED"
        if state == "INVALID":
            self._forms.pop(carrier_id, None)
            raise_for([error for request in answer.requests or () for error in request.errors or ()])
        if state == "REMOVED":
            raise Refused("v2_print_form_expired", f"print form {form} is REMOVED")
        if state != "READY":
            return None
        reply = await self._session.get(f"{self._path}/{segment(form)}.pdf")
        if not reply.body.startswith(PDF):
            raise Unavailable("unreadable_answer", f"the form is no PDF: it starts {reply.body[:12]!r}")
        self._forms.pop(carrier_id, None)
        return reply.body
