"""A report that is fed again is taken for a new one, and its documents have identities of their own."""

from parcelproof.reference.domain import settlement
from parcelproof.reference.usecases import reporting

from .patching import rewrite

FRESH = '__import__("uuid").uuid4()'


def apply() -> None:
    rewrite(
        reporting._row,
        ('"identity": report.identity,', f'"identity": (fresh := str({FRESH})),'),
        ("reports.c.identity == report.identity", "reports.c.identity == fresh"),
    )
    rewrite(
        settlement.sync_id,
        ('uuid5(NAMESPACE, "/".join((tenant, report.identity, line.key, kind)))', FRESH),
    )
