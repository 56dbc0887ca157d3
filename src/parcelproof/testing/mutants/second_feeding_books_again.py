"""A report that is fed again is settled again, with document identities of its own."""

from parcelproof.reference.domain import settlement
from parcelproof.reference.usecases import reporting

from .patching import rewrite


def apply() -> None:
    rewrite(reporting._settle, "done = {key for", "done = {None for")
    rewrite(
        settlement.sync_id,
        'uuid5(NAMESPACE, "/".join((tenant, report.identity, line.key, kind)))',
        'UUID(bytes=__import__("os").urandom(16))',
    )
