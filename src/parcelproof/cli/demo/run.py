"""The demo from start to end: the acts, the verdict, the papers."""

import time
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from parcelproof.conformance import score
from parcelproof.conformance.catalogue import load
from parcelproof.conformance.checks import judge
from parcelproof.conformance.history import History, Judgement
from parcelproof.conformance.lab import Lab
from parcelproof.conformance.processes import InstrumentError
from parcelproof.conformance.verdict.story import story_html

from ..failures import CannotRun, InstrumentBroke
from ..programs import engine_command, simulator_command
from . import month, papers, tables, twins, worked
from .claims import Claims
from .screen import Screen

MAILS = "NTF-"


def run(out: Path, seed: int, mutant: str | None) -> int:
    """Play the demo, draw what came of it, and return 0 when everything holds, else 1."""
    if mutant is not None:
        refuse_unknown(mutant)
    papers.clear(out)
    began, screen, claims = time.monotonic(), Screen(), Claims()
    try:
        command = engine_command(mutant, folder=out)
        lab = Lab(command=command, ours=True, simulator=simulator_command(str(seed)), seed=seed)
        with lab:
            twin = twins.play(lab, claims, screen)
            example = worked.play(lab, claims, screen)
            played, carried = month.play(lab, claims, screen)
            after = month.until_nobody_follows(played, screen)
            keep(out, played, [twin, carried], after)
            tell(screen, played, after)
    except InstrumentError as error:
        raise InstrumentBroke(str(error)) from error
    judgements = verdict([twin, example, carried], after)
    return close(out, screen, claims, judgements, seconds=time.monotonic() - began, mutant=mutant)


def refuse_unknown(mutant: str) -> None:
    """Refuse a faulty engine that does not exist.

    Raises:
        CannotRun: names the nearest that does.
    """
    names = score.names()
    if mutant not in names:
        near = get_close_matches(mutant, names, n=1, cutoff=0)[0]
        raise CannotRun(f"no mutant is called {mutant!r}; the nearest is {near!r}, `parcelproof score --list` has all.")


def verdict(histories: Sequence[History], after: History) -> list[Judgement]:
    """Judge each history by every check, and the whole time by those about mails; return the worst by requirement."""
    found = [judgement for history in histories for judgement in judge(history)]
    found += [judgement for judgement in judge(after) if judgement.requirement.startswith(MAILS)]
    by_id: dict[str, list[Judgement]] = {}
    for judgement in found:
        by_id.setdefault(judgement.requirement, []).append(judgement)
    return [worst(rows) for _, rows in sorted(by_id.items())]


def worst(rows: Iterable[Judgement]) -> Judgement:
    """Return one judgement for all: the worst verdict, everything that was looked at, every finding."""
    ordered = sorted(rows, key=lambda row: ("skipped", "passed", "warned", "failed").index(row.verdict))
    return Judgement(
        requirement=ordered[-1].requirement,
        verdict=ordered[-1].verdict,
        checked=sum(row.checked for row in ordered),
        findings=tuple(dict.fromkeys(finding for row in ordered for finding in row.findings)),
        reason=ordered[-1].reason,
    )


def keep(out: Path, played: month.Month, labelled: Sequence[History], after: History) -> None:
    for history in labelled:
        papers.keep_labels(out, history)
    papers.keep_mails(out, after)
    papers.keep_registries(out, played.bench)
    papers.keep_journal(out, played.bench)
    papers.keep_offers(out, after)


def tell(screen: Screen, played: month.Month, after: History) -> None:
    balances = played.bench.connector.balances()
    screen.show([
        tables.offers(after.quotes),
        tables.orders_by_status(played.carried),
        tables.owed(balances),
        *tables.outstanding(balances),
        tables.profit_and_loss(played.bench.connector.profit_and_loss()),
    ])  # fmt: skip


def close(
    out: Path, screen: Screen, claims: Claims, judgements: list[Judgement], *, seconds: float, mutant: str | None
) -> int:
    """Draw the verdict, write the report, and return the exit code."""
    good = claims.all_hold() and all(row.verdict in ("passed", "skipped", "warned") for row in judgements)
    screen.show([tables.verdict(judgements, load()), *tables.wrong_claims(claims)], picture=False)
    passed = sum(row.verdict == "passed" for row in judgements)
    holding = sum(claim.holds for claim in claims.made)
    line = (
        f"{'GREEN' if good else 'RED'}: {passed} of {len(judgements)} requirements passed, "
        f"{holding} of {len(claims.made)} claims hold, in {seconds:.1f} s"
    )
    screen.show([f"[bold {'green' if good else 'red'}]{line}[/]"])
    page = story_html(
        judgements,
        title="parcelproof demo" + (f" with the mutant {mutant}" if mutant else ""),
        facts={"Outcome": line, "Engine": f"mutant {mutant}" if mutant else "reference"},
        appendix=papers.claims_html(claims),
    )
    (out / "report.html").write_text(page, "utf-8")
    screen.save_picture(out / "terminal.svg")
    screen.console.print(f"{out}/ holds labels, mails, registry, journal and report.html")
    return 0 if good else 1
