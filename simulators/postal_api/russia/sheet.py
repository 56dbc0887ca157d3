"""The carrier sheets of the three mounts: each chapter's share, put together."""

from collections.abc import Iterable, Mapping

from ...wire.carrier import Sheet
from .part import Part, merged

OTPRAVKA_SOURCES = (
    "Official Otpravka specification as copied in February 2026, with its JSON schemas",
    "Real answers recorded in July and August 2026",
    "Independent clients in PHP, C#, Python, JavaScript and TypeScript, some of them run against a throw-away server",
)
TRACKING_SOURCES = (
    "Official tracking specification: single access, batch access, dictionaries, and the public WSDL",
    "Independent clients in PHP, Python, JavaScript, TypeScript, Go and Ruby, some of them run",
    "hooklift/gowsdl for Go, built from its published text on 2026-11-23, makes clients of both that called "
    "them; by hand it needs SOAP 1.2 put under it, a type for xs:positiveInteger, and no omitempty at MessageType",
)
CALCULATOR_SOURCES = (
    "Official calculator description, as C# clients carry it",
    "Real answers recorded in July and August 2026, and independent clients in PHP, C#, Python and JavaScript",
)


def sheet(
    title: str, sources: tuple[str, ...], parts: Iterable[Part], switches: Mapping[str, str] | None = None
) -> Sheet:
    """Return the sheet of one mount from the chapters that answer there, and what its pay desk can be told."""
    chosen = tuple(parts)
    return Sheet(
        title=title,
        sources=sources,
        fidelity=merged(part.fidelity for part in chosen),
        guesses=tuple(guess for part in chosen for guess in part.guesses),
        deviations=tuple(deviation for part in chosen for deviation in part.deviations),
        magic=merged(part.magic for part in chosen),
        switches=merged([*(part.switches.listed() for part in chosen), switches or {}]),
        contradictions=tuple(name for part in chosen for name in part.switches.contradictions),
        static=merged(part.static for part in chosen),
    )
