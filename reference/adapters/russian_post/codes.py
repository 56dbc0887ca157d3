"""What an operation of Russian Post means: pairs of type and attribute, and what the rest of a history says of them.

Source: `statuses` §3a Russian Post; the dictionary is `postal_api_russia` §4.7.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...domain.statuses import RANK, Status, canonical
from ..carrier_codes import KEEP, Meaning

ANY = 0  # the row of a type that is taken when its pair is not listed, or has no attribute
ARRIVED = (8, 2)
# Mail that waits at the counter for its addressee: small packets, parcels, banderols and those of the newer kinds.
COUNTER_MAIL = frozenset({3, 4, 5, 16, 23, 27, 47, 54})
HOME_DELIVERY_MARK = 64

S = Status
_TYPES: Mapping[int, str] = {  # the default rows
    1: S.ACCEPTED, 2: S.DELIVERED, 3: S.RETURNING, 4: S.IN_TRANSIT, 5: S.UNDELIVERABLE, 6: S.READY_FOR_PICKUP,
    7: S.HELD, 8: S.IN_TRANSIT, 9: S.IN_TRANSIT, 10: S.IN_TRANSIT, 11: S.CUSTOMS, 12: S.DELIVERY_FAILED,
    13: S.IN_TRANSIT, 14: S.CUSTOMS, 15: S.UNDELIVERABLE, 16: S.LOST_OR_DAMAGED, 17: S.UNDELIVERABLE,
    18: S.LOST_OR_DAMAGED, 19: S.CUSTOMS, 20: S.ACCEPTED, 21: S.DELIVERED, 22: S.DELIVERY_FAILED,
    23: S.UNDELIVERABLE, 24: S.CUSTOMS, 25: S.HELD, 26: KEEP, 27: S.ANNOUNCED, 28: S.ANNOUNCED, 29: S.IN_TRANSIT,
    30: KEEP, 31: S.IN_TRANSIT, 32: S.IN_TRANSIT, 33: S.IN_TRANSIT, 34: KEEP, 35: S.READY_FOR_PICKUP, 36: KEEP,
    37: S.ANNOUNCED, 38: S.HELD, 39: S.CUSTOMS, 40: S.CUSTOMS, 41: KEEP, 42: S.DELIVERY_FAILED, 43: KEEP, 44: S.HELD,
    45: KEEP, 46: S.CANCELLED, 47: KEEP, 48: S.DELIVERED, 49: KEEP, 50: S.DELIVERY_FAILED, 51: S.DELIVERY_FAILED,
    52: KEEP, 53: KEEP, 54: KEEP, 55: KEEP, 56: S.IN_TRANSIT, 57: S.DELIVERY_FAILED, 58: KEEP, 59: KEEP, 60: KEEP,
    61: S.IN_TRANSIT, 62: S.RETURNED, 63: KEEP, 1027: S.HELD,
}  # fmt: skip


def _rows(kind: int, status: str, *attributes: int) -> dict[tuple[int, int], str]:
    return {(kind, attribute): status for attribute in attributes}


TO_ADDRESSEE = frozenset(_rows(2, S.DELIVERED, 1, 3, 5, 6, 8, 10, 11, 12, 13, 15, 17, 18, 19, 21, 23, 25, 26, 27))
_ATTEMPTS: tuple[tuple[str, tuple[int, ...]], ...] = (
    (S.RETURNING, (6, 13, 26)),
    (S.READY_FOR_PICKUP, (9, 17, 18)),
    (S.CUSTOMS, (19, 24)),
    (S.HELD, (2, 3, 4, 5, 12, 15, 16, 20, 29)),
    (S.LOST_OR_DAMAGED, (14, 28)),
    (S.UNDELIVERABLE, (23,)),
    (S.IN_TRANSIT, (25,)),
)
PAIRS: Mapping[tuple[int, int], str] = {
    **dict.fromkeys(TO_ADDRESSEE, S.DELIVERED),
    **_rows(2, S.RETURNED, 2, 4, 7, 9, 16, 20, 22, 24, 28, 29, 30, 31),
    **_rows(2, S.DELIVERED, 14),
    **_rows(3, S.CUSTOMS, 13),
    **_rows(4, S.HELD, 5, 6, 11),
    **_rows(4, S.CUSTOMS, 10),
    **_rows(5, S.LOST_OR_DAMAGED, 1),
    **_rows(5, S.UNDELIVERABLE, 2),
    **_rows(5, S.IN_TRANSIT, 3),
    **_rows(5, S.CUSTOMS, 8),
    **_rows(5, S.UNKNOWN, 9),
    **_rows(8, S.READY_FOR_PICKUP, 9, 10, 14, 16, 23, 24, 25, 27, 28, 33, 35, 39, 42, 43, 56, 57, 58, 59, 60, 62, 74),
    **_rows(8, S.OUT_FOR_DELIVERY, 15, 18, 68, 69),
    **_rows(8, S.HELD, 21, 29, 40, 47, 53, 65),
    **_rows(8, S.CUSTOMS, 51),
    **_rows(8, S.RETURNING, 41),
    **_rows(8, KEEP, 19, 26, 34, 36, 37, 38, 48, 50, 52, 54, 61, 63, 66, 67, 78),
    **_rows(8, S.UNKNOWN, 45, 46),
    **{key: word for kind in (12, 42) for word, at in _ATTEMPTS for key in _rows(kind, word, *at)},
    **_rows(14, S.IN_TRANSIT, 1, 13, 16, 26),
    **_rows(22, S.HELD, 2, 3, 4, 7, 8),
    **_rows(22, S.RETURNING, 5),
    **_rows(35, S.HELD, 4),
    **_rows(35, S.CUSTOMS, 5),
    **_rows(35, S.RETURNING, 7),
    **_rows(44, S.RETURNING, 14),
    **_rows(44, S.CANCELLED, 15),
    **_rows(51, S.HELD, 2, 5),
    **_rows(51, S.IN_TRANSIT, 6),
    **_rows(55, S.RETURNING, 1),
    **_rows(60, S.HELD, 1, 5),
}
OPENS_LEG = frozenset({(8, 41), (44, 14), (55, 1)})  # and type 3, but for its way to the customs
BEFORE_ANY_SCAN = frozenset({27, 28, 37})
WITHDRAWN_BY_POST = 26
BY_SENDER = 1


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of a history, oldest first. `mail_type` and `marks` are those of the record or of our order."""

    kind: int
    attribute: int
    mail_type: int | None = None
    marks: int = 0

    @property
    def code(self) -> str:
        return f"{self.kind}/{self.attribute}"


def pair_meaning(operation: Operation) -> Meaning:
    """Return what a pair says by itself; a type that is not in the dictionary is unknown."""
    pair = (operation.kind, operation.attribute)
    if operation.kind not in _TYPES:
        return Meaning(operation.code, Status.UNKNOWN)
    if pair == ARRIVED:
        return Meaning(operation.code, S.READY_FOR_PICKUP if _waits_at_the_counter(operation) else S.IN_TRANSIT)
    opens = pair in OPENS_LEG or (operation.kind == 3 and operation.attribute != 13)
    status, after = PAIRS.get(pair, _TYPES[operation.kind]), ""
    if operation.kind in BEFORE_ANY_SCAN:
        after = KEEP
    if operation.kind == 39:
        status, after = KEEP, S.CUSTOMS
    if pair == (8, 39):
        status, after = S.ACCEPTED, S.READY_FOR_PICKUP
    return Meaning(
        operation.code,
        status,
        opens_return=opens,
        partial=operation.kind == 48,
        status_after=after,
        to_addressee=pair in TO_ADDRESSEE,
    )


def _waits_at_the_counter(operation: Operation) -> bool:
    return operation.mail_type in COUNTER_MAIL and not operation.marks & HOME_DELIVERY_MARK


@dataclass(frozen=True, slots=True)
class Told:
    """What a line of a history means; `withdraws` is the place of the line that it takes back."""

    meaning: Meaning
    withdraws: int | None = None


def history_meanings(operations: Sequence[Operation]) -> list[Told]:
    """Return what each line of a history, oldest first, means with those before it.

    A cancellation on the sender's wish ends what has not left the office of acceptance; one for an operator's mistake
    takes the last line back that bore a status.
    """
    told: list[Told] = []
    for operation in operations:
        meaning = pair_meaning(operation)
        withdraws = None
        if operation.kind == WITHDRAWN_BY_POST:
            if operation.attribute != BY_SENDER:
                withdraws = _last_status(told)
            elif not _is_under_way(told):
                meaning = meaning._replace(status=S.CANCELLED)
        told.append(Told(meaning, withdraws))
    return told


def _last_status(told: Sequence[Told]) -> int | None:
    gone = {row.withdraws for row in told}
    bearing = [
        place
        for place, row in enumerate(told)
        if place not in gone and row.withdraws is None and canonical(row.meaning.status) is not None
    ]
    return bearing[-1] if bearing else None


def _is_under_way(told: Iterable[Told]) -> bool:
    """Tell whether anything beyond acceptance was seen."""
    seen = (canonical(row.meaning.status) for row in told)
    return any(status is not None and RANK[status] > RANK[S.ACCEPTED] for status in seen)
