"""The carrier sheet: sources, how far each operation can be trusted, what was guessed, what is missing."""

from ...wire.carrier import Fidelity, Sheet

DOCUMENTED, RECORDED, GUESSED = Fidelity.DOCUMENTED, Fidelity.RECORDED, Fidelity.GUESSED

FIDELITY = {
    "create_order": RECORDED,
    "get_orders": RECORDED,
    "get_statuses": RECORDED,
}

SHEET = Sheet(
    title="IML JSON API",
    sources=("A PHP client kept until 2024 with recorded answers, and older shop modules",),
    fidelity=FIDELITY,
)
