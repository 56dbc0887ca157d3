"""Money in is what the courier transferred, not what it took from the recipient."""

from parcelproof.reference.domain import settlement

from .patching import rewrite


def apply() -> None:
    rewrite(
        settlement._money_in,
        ("collected = line.collected or 0", "collected = max(line.transfer or 0, 0) if line.collected else 0"),
    )
