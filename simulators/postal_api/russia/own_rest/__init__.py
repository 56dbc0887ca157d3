"""What the wires of our own design share: errors, idempotent writes, pages, the feed of events, their rules as data."""

from .. import watching
from ..part import Part
from . import events, idempotency, tokens
from .described import DESCRIBED

__all__ = ["PART"]

PART = Part(
    routes=events.routes,
    kinds=(*events.KINDS, *idempotency.KINDS, *tokens.KINDS, *watching.KINDS),
    duties=idempotency.DUTIES,
    fidelity=events.FIDELITY,
    described=DESCRIBED,
    deviations=(
        "Everything under /parcelproof/v1 is our own design and no interface of the carrier: registered electronic "
        "letters, onboarding by offer and fulfilment have no public wire contract. docs/russian-post-services.md "
        "describes them, docs/reference/russian-post-rules.md has their rules.",
    ),
)
