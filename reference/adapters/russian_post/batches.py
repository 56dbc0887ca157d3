"""Handing over: orders into a batch, the batch checked in, its list F103 fetched.

Source: `postal_api_russia` §2.1, §2.4–§2.7. An older account gets a batch for each kind of mail; their lists
become one file.
"""

import asyncio
from collections.abc import Sequence
from datetime import date

from ...ports import Paper, Refused, Unavailable
from ..exchange import segment
from ..merging import merged
from .session import NOT_FOUND, Session
from .shapes import Batch, Batched, CheckedIn, ItemErrors, Order, text

PAGE = 200
MOST_PAGES = 50
DONE_BEFORE = "BATCH_NOT_CHANGED"
NO_CREDIT = "OFFLINE_BALANCE_FORBIDDEN"


async def hand_over(session: Session, ids: Sequence[str], day: date) -> Paper:
    """Put orders into batches and check those in, or find where an earlier try put them.

    Orders that the carrier will not put into a batch stay out, with its reason, and keep nobody else from going.

    Raises:
        Refused: it takes none of them.
    """
    made = await session.ask(
        "POST",
        "/1.0/user/shipment",
        Batched,
        body=[id_of(one) for one in ids],
        params={"sending-date": day.isoformat()},
    )
    names = [text(batch.batch_name) for batch in made.batches or () if text(batch.batch_name)]
    refused = {
        ids[error.position]: error
        for error in made.errors or ()
        if error.position is not None and 0 <= error.position < len(ids)
    }
    taken = {text(one) for one in made.result_ids or ()}
    left_out: dict[str, str] = {}
    for one in ids:
        if one in taken or one in left_out:
            continue
        found = await _where(session, one)
        if not found:
            left_out[one] = _why(refused.get(one))
            continue
        names.append(found)
        taken |= await _ids_in(session, found)
    if not names:
        raise Refused("not_batched", "; ".join(dict.fromkeys(left_out.values())) or "the carrier took no order")
    return await _checked_in(session, list(dict.fromkeys(names)), left_out)


async def signed_list(session: Session, ids: Sequence[str]) -> Paper | None:
    """Return the signed F103 of the batch in which these orders are, None where they are in none or in several.

    Signing is done in the carrier's cabinet, no call of it is public: the path is of the simulator's own design.

    Raises:
        Refused: it is not signed, or a signature does not hold.
    """
    names = {name for one in ids if (name := await _where(session, one))}
    if len(names) != 1:
        return None
    path = f"/parcelproof/v1/batches/{segment(names.pop())}/documents/F103.pdf"
    content = await session.paper(path)
    if complaint := await asyncio.to_thread(_complaint, content):
        raise Refused("signature_broken", f"{path}: {complaint}")
    return Paper(content=content)


def _complaint(signed: bytes) -> str:
    """Return what is wrong with a PDF's signatures, "" when each holds."""
    from parcelproof.signatures import Broken, verify_pdf  # takes a fifth of a second, and few sign their lists

    try:
        found = verify_pdf(signed)
    except Broken as error:
        return str(error)
    return "; ".join(f"{one.signer}: {one.complaint}" for one in found if one.complaint)


def id_of(carrier_id: str) -> int:
    """Return an order's own id, which is a number; the carrier wants it as one."""
    if not (carrier_id.isascii() and carrier_id.isdigit() and len(carrier_id) <= 18):
        raise Refused("not_found", f"{carrier_id[:40]!r} is no id of an order")
    return int(carrier_id)


def _why(error: ItemErrors | None) -> str:
    return (
        "; ".join(row.words for row in error.all) if error and error.all else "the carrier left it out without a word"
    )


async def _where(session: Session, order_id: str) -> str:
    """Return the batch an order is in, "" for none."""
    try:
        found = await session.ask("GET", f"/1.0/shipment/{segment(order_id)}", Order)
    except Refused as refusal:
        if refusal.code != NOT_FOUND:
            raise
        return ""
    return text(found.batch_name)


async def _ids_in(session: Session, name: str) -> set[str]:
    """Return every order of a batch."""
    found: set[str] = set()
    for page in range(MOST_PAGES):
        params = {"size": str(PAGE), "page": str(page), "sort": "asc"}
        rows = await session.ask("GET", f"/1.0/batch/{segment(name)}/shipment", list[Order], params=params)
        new = {text(row.id) for row in rows} - found
        found |= new
        if len(rows) < PAGE or not new:
            break
    return found


async def _checked_in(session: Session, names: Sequence[str], left_out: dict[str, str]) -> Paper:
    numbers, lists = [], []
    for name in names:
        await _check_in(session, name)
        batch = await session.ask("GET", f"/1.0/batch/{segment(name)}", Batch)
        numbers.append(text(batch.list_number) or name)
        lists.append(await session.paper(f"/1.0/forms/{segment(name)}/f103pdf"))
    content, unreadable = (lists[0], frozenset[int]()) if len(lists) == 1 else await merged(lists)
    if unreadable:
        raise Unavailable("unreadable_answer", f"list {numbers[min(unreadable)]} is no PDF that can be read")
    return Paper(content=content, number=", ".join(numbers)[:100], left_out=left_out)


async def _check_in(session: Session, name: str) -> None:
    """Check a batch in; from the money paid in before, where the account has no credit.

    Raises:
        Refused: the carrier does not take the batch.
    """
    path = f"/1.0/batch/{segment(name)}/checkin"
    why = ""
    for online in ("false", "true"):
        said = await session.ask("POST", path, CheckedIn, params={"useOnlineBalance": online})
        why = said.error_code or ""
        if why in ("", DONE_BEFORE):
            return
        if why != NO_CREDIT:
            break
    raise Refused(why, f"batch {name} is not taken in: {why}")
