"""Kinds of columns: moments, text that nobody bounds, keys."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, String, TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time as whole microseconds since 1970: exact, sortable, alike in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + value * MICROSECOND


class Short(TypeDecorator[str]):
    """Text from outside that nobody bounds: PostgreSQL refuses what is longer than its column, or holds a NUL.

    What is too long is cut, with a digest at its end: two texts stay two, and the same one is found again.
    """

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.most = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or (len(value) <= self.most and "\x00" not in value):
            return value
        tail = "~" + sha256(value.encode()).hexdigest()[:20]
        return value.replace("\x00", "")[: self.most - len(tail)] + tail


# SQLite numbers rows by itself only for INTEGER keys.
Key = BigInteger().with_variant(Integer, "sqlite")
