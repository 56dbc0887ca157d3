"""CDEK's parcel labels: ask for a print form, wait until it is ready, fetch its PDF.

Source: `courier_api` §1.7, CF-04…CF-06. The link in the answer is never followed: the PDF is read at our own base
address, since the token goes with it.
"""

from ...ports import Label, LabelFormat, Refused, Unavailable
from ..exchange import decode, segment
from .session import EXPIRED, NOT_FOUND, Session, raise_for
from .shapes import FormAnswer, Written

PAPER = "A6"
PDF = b"%PDF-"
GONE = EXPIRED | NOT_FOUND


class Labels:
    """Remembers which form was asked for which order; after a restart it asks again, which does no harm."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._forms: dict[str, str] = {}

    async def label(self, carrier_id: str) -> Label | None:
        """Return the label, or None while the carrier is making it. A form that expired is asked for anew."""
        form = self._forms.get(carrier_id)
        if form is None:
            self._forms[carrier_id] = await self._ask(carrier_id)
            return None
        try:
            return await self._fetched(carrier_id, form)
        except Refused as fault:
            if fault.code not in GONE:
                raise
            self._forms[carrier_id] = await self._ask(carrier_id)
            return None

    async def _ask(self, carrier_id: str) -> str:
        body = {"orders": [{"order_uuid": carrier_id}], "copy_count": 1, "format": PAPER}
        made = decode(await self._session.post("/print/barcodes", body), Written)
        for request in made.requests or ():
            if request.state == "INVALID":
                raise_for(request.errors or [])
        if made.entity is None:
            raise Unavailable("unreadable_answer", "a print form was asked for and none was named")
        return made.entity.uuid

    async def _fetched(self, carrier_id: str, form: str) -> Label | None:
        answer = decode(await self._session.get(f"/print/barcodes/{segment(form)}"), FormAnswer)
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
        reply = await self._session.get(f"/print/barcodes/{segment(form)}.pdf")
        if not reply.body.startswith(PDF):
            raise Unavailable("unreadable_answer", f"the label is no PDF: it starts {reply.body[:12]!r}")
        self._forms.pop(carrier_id, None)
        return Label(LabelFormat.PDF, reply.body)
