"""`parcelproof carriers`: what each simulated carrier is made from."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from parcelproof.simulators.wire.carrier import Carrier


@click.command(short_help="Print what each carrier is made from.", epilog="Example: parcelproof carriers cdek")
@click.argument("names", nargs=-1)
def carriers(names: tuple[str, ...]) -> None:
    """Print what each simulated carrier is made from: sources, how well each call is known, answers that never change,
    guesses, deviations, lives of parcels, settings. NAMES: only these carriers; else all.
    """
    from parcelproof.simulators.registry import CARRIERS

    known = {carrier.name: carrier for carrier in CARRIERS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.UsageError(f"no carrier is called {unknown[0]!r}; carriers: {', '.join(known)}")
    click.echo("\n\n".join("\n".join(sheet(known[name])) for name in names or known))


def sheet(carrier: "Carrier") -> Iterator[str]:
    """Return a carrier's sheet, line by line; a part that is empty is left out."""
    facts = carrier.sheet
    yield f"{carrier.name}: {facts.title}, mounted at /{carrier.mount}"
    parts = {
        "sources": facts.sources,
        "fidelity": [f"{operation}: {fidelity}" for operation, fidelity in facts.fidelity.items()],
        "static answers, whatever a tenant has done; its switches and the day apart": [
            f"{operation}: {kind}" for operation, kind in facts.static.items()
        ],
        "guesses": facts.guesses,
        "known deviations": facts.deviations,
        "magic values": [f"{value}: {effect}" for value, effect in facts.magic.items()],
        "lives": carrier.stories,
        "contradictions of the sources, switches of a tenant, the contract's default first": [
            f"{name}: {facts.switches[name]}" for name in facts.contradictions
        ],
        "other switches, a tenant's settings, the default first": [
            f"{name}: {words}" for name, words in facts.switches.items() if name not in facts.contradictions
        ],
    }
    if carrier.description is not None:
        parts["OpenAPI document, of a running simulator"] = [f"/_sim/v1/carriers/{carrier.name}/openapi.json"]
    for title, lines in parts.items():
        if lines:
            yield f"  {title}"
            yield from (f"    {line}" for line in lines)
