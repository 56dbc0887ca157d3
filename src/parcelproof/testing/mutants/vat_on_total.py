"""Value-added tax is computed on the document, not position by position (S19)."""

from parcelproof.reference.domain import settlement

from .patching import rewrite


def apply() -> None:
    rewrite(
        settlement._services,
        (
            "vat_minor=sum(position.vat_minor for position in positions)",
            "vat_minor=vat_inside(whole, positions[0].vat_rate or 0)",
        ),
    )
