"""The carrier sheet: sources, how far each operation can be trusted, what was guessed, what is missing."""

from collections.abc import Iterable

from ...wire.carrier import Sheet
from . import settings
from .chapter import Chapter, merged

SOURCES = (
    "Official manual of the Barcode web service, version 2.3.2 of August 2017",
    "A stored copy of the official developer page of the Digital Commerce API, about 2021",
    "A PHP client generated from the official Swagger file, API version 1.2, early 2024",
    "The Odoo add-on delivery_postlogistics, with exchanges recorded at the live service in October 2020",
    "Independent clients of 2023 to 2026 in PHP, Python, TypeScript and AL; one anonymised ZPL2 label of 2024",
    "Open-source readers of the public tracking site, 2026",
)


def sheet(chapters: Iterable[Chapter]) -> Sheet:
    """Return the sheet from the shares of the chapters."""
    chosen = tuple(chapters)
    return Sheet(
        title="Swiss Post, Digital Commerce API «Barcode» and tracking",
        sources=SOURCES,
        fidelity=merged(chapter.fidelity for chapter in chosen),
        guesses=tuple(guess for chapter in chosen for guess in chapter.guesses),
        deviations=tuple(deviation for chapter in chosen for deviation in chapter.deviations),
        magic=merged(chapter.magic for chapter in chosen),
        switches=merged([settings.listed(), *(chapter.switches for chapter in chosen)]),
        contradictions=tuple(settings.CONTRADICTIONS),
        static=merged(chapter.static for chapter in chosen),
    )
