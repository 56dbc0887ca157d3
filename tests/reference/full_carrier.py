"""A carrier in memory that can do everything a carrier may: papers, couriers, refusals; its PDFs are real ones."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pypdfium2 as pdfium

from parcelproof.reference.ports import (
    Intake,
    Label,
    LabelFormat,
    Notice,
    Paper,
    Pickup,
    Refused,
    Tracking,
    Unavailable,
    Unsupported,
    Untrusted,
)  # fmt: skip

from .outside import FakeCarrier


def pdf(*widths: int) -> bytes:
    """Return a PDF with a page of each width, by which it is known again."""
    document = pdfium.PdfDocument.new()
    for width in widths:
        document.new_page(width, 400)
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def widths(content: bytes) -> list[int]:
    document = pdfium.PdfDocument(content)
    found = [round(page.get_width()) for page in document]
    document.close()
    return found


class FullCarrier(FakeCarrier):
    """Labels are 100 wide and up, waybills 200 and up, lists 300 and up, in the order in which they are first made."""

    def __init__(self, *named: Any, **more: Any) -> None:
        super().__init__(*named, **more)
        self.unready = 0  # how often papers, and numbers of couriers, are still being made
        self.zpl = b"^XA^FD%s^FS^XZ"
        self.spoilt: set[str] = set()  # numbers whose label is no PDF
        self.waybills: dict[str, Paper] = {}
        self.lists: dict[str, tuple[tuple[str, ...], Paper]] = {}
        self.calls: dict[str, Pickup] = {}
        self.off: list[str] = []
        self.refused: list[str] = []

    async def label(self, carrier_id: str, format: LabelFormat) -> Label | None:
        found = self._label(carrier_id)
        if format is LabelFormat.PNG:
            return Label(format, b"\x89PNG " + self.numbers[carrier_id].encode())
        return Label(format, self.zpl % found.content[:20]) if format is LabelFormat.ZPL else found

    def _label(self, carrier_id: str) -> Label:
        number = self.numbers[carrier_id]
        content = b"no PDF at all" if number in self.spoilt else pdf(100 + [*self.numbers].index(carrier_id))
        return Label(LabelFormat.PDF, content)

    def _ready(self) -> bool:
        self.unready -= 1
        return self.unready < 0

    async def waybill(self, carrier_id: str) -> Paper | None:
        self._write("waybill")
        made = self.waybills.setdefault(carrier_id, Paper(content=pdf(200 + len(self.waybills))))
        self._written("waybill")
        return made if self._ready() else None

    async def hand_over(self, carrier_ids: Sequence[str], key: str) -> Paper | None:
        self._write("hand_over")
        made = (tuple(carrier_ids), Paper(content=pdf(300 + len(self.lists)), number=f"H-{len(self.lists) + 1}"))
        known = self.lists.setdefault(key, made)
        assert known[0] == tuple(carrier_ids), "one key, other parcels"
        self._written("hand_over")
        return known[1] if self._ready() else None

    async def collect(self, pickup: Pickup, known: Intake | None) -> Intake:
        if known is not None:
            return self._courier(pickup.key)
        self._write("collect")
        assert self.calls.setdefault(pickup.key, pickup) == pickup, "one key, another call"
        self._written("collect")
        return self._courier(pickup.key)

    def _courier(self, key: str) -> Intake:
        return Intake(carrier_id=f"C-{key}", number=f"8-{key}" if self._ready() else None)

    async def cancel_collect(self, intake: Intake, key: str) -> None:
        self._write("cancel_collect")
        if key not in self.calls or intake.carrier_id != f"C-{key}":
            raise Refused("unknown", "no such call")
        if key not in self.off:
            self.off.append(key)
        self._written("cancel_collect")

    async def refuse(self, carrier_id: str, key: str) -> None:
        self._write("refuse")
        if carrier_id not in self.refused:
            self.refused.append(carrier_id)
        self._written("refuse")


class CrowdCarrier(FakeCarrier):
    """Tells of up to three parcels in one answer."""

    most_at_once = 3

    def __init__(self, *named: Any, **more: Any) -> None:
        super().__init__(*named, **more)
        self.batches: list[list[str]] = []

    async def track_many(self, parcels: Sequence[tuple[str, str]]) -> Mapping[str, Tracking]:
        self.batches.append([number for _, number in parcels])
        return {carrier_id: await self.track(carrier_id, number) for carrier_id, number in parcels}


class CountingCarrier(FakeCarrier):
    """Remembers who was read; says "too many" from the n-th reading on."""

    def __init__(self, *named: Any, **more: Any) -> None:
        super().__init__(*named, **more)
        self.read_numbers: list[str] = []
        self.enough_after = 1_000
        self.asked = 0
        self.mute: set[str] = set()  # numbers it says nothing about

    async def track(self, carrier_id: str, number: str) -> Tracking:
        self.asked += 1
        if len(self.read_numbers) >= self.enough_after:
            raise Unavailable("quota_exceeded", "429", retry_after_s=90.0)
        if number in self.mute:
            raise Unavailable("timeout", "no answer")
        self.read_numbers.append(number)
        return await super().track(carrier_id, number)


class QuietCarrier(FakeCarrier):
    """Sends no webhooks and tells nothing but a parcel's present state."""

    async def subscribe(self, url: str, key: str) -> Mapping[str, str]:
        raise Unsupported("webhooks", "this carrier sends none")

    def verify(self, headers: Mapping[str, str], raw: bytes, keys: Mapping[str, str], now: datetime) -> Notice:
        raise Untrusted("no_webhooks", "this carrier sends none")

    async def track(self, carrier_id: str, number: str) -> Tracking:
        told = await super().track(carrier_id, number)
        return Tracking(number=number, events=told.events[-1:])
