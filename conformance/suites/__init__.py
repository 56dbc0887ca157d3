"""The cases, one module an area. Importing this package registers them."""

from . import (
    automation,
    channels,
    depot,
    documents,
    generated,
    labels,
    leaks,
    lives,
    machine,
    mail_contents,
    mail_histories,
    mail_timing,
    matrix,
    numbers,
    rates,
    reports,
    reports_repeated,
    reports_wrong,
    resilience,
    returns,
    security,
    tracking,
    troubles,
    webhooks,
)

__all__ = [
    "automation", "channels", "depot", "documents", "generated", "labels", "leaks", "lives", "machine", "mail_contents",
    "mail_histories", "mail_timing", "matrix", "numbers", "rates", "reports", "reports_repeated", "reports_wrong",
    "resilience", "returns", "security", "tracking", "troubles", "webhooks",
]  # fmt: skip
