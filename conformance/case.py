"""Cases: functions that name the requirements they prove, and what they use to say what they found."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from hypothesis.strategies import SearchStrategy

from .catalogue import known, load
from .driver.sense import CLAIMS
from .history import Finding, History
from .wires import POLLED, with_webhooks


class Verdict(StrEnum):
    """What became of a case or a requirement. Only `passed` proves anything."""

    PASSED = "passed"
    WARNED = "warned"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"
    FAILED = "failed"


SEEN = "something to look at, as the connector does what the case asks"
UNSEEN = "nothing: it was not done, neither at the carriers nor in the connector's answers"
_WEIGHT = (Verdict.SKIPPED, Verdict.PASSED, Verdict.WARNED, Verdict.UNKNOWN, Verdict.FAILED)


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst: failed over unknown over warned over passed; skipped only when nothing else is there."""
    return max(verdicts, key=_WEIGHT.index, default=Verdict.SKIPPED)


class Violation(Exception):
    """The connector did not do what it must. Carries the findings, one for each thing that is wrong."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(map(str, self.findings)))


class Skip(Exception):
    """The case cannot be held here; the reason says why. Never counted as passed."""


def expect(found: object, wanted: object, what: str, *, requirement: str, after: object = "") -> None:
    """Refuse a value that is not the wanted one, with evidence.

    Raises:
        Violation: they differ. `what` is the subject, `after` what went before.
    """
    if found != wanted:
        raise Violation([finding(requirement, what, wanted, found, after)])


def expect_that(good: bool, what: str, *, wanted: str, found: object, requirement: str, after: object = "") -> None:
    """Refuse a state of affairs that is not good, with evidence.

    Raises:
        Violation: `good` is false.
    """
    if not good:
        raise Violation([finding(requirement, what, wanted, found, after)])


def finding(requirement: str, what: str, wanted: object, found: object, after: object = "") -> Finding:
    return Finding(
        requirement=requirement, subject=what, expected=_text(wanted), found=_text(found), after=_text(after)
    )


def _text(value: object) -> str:
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(repr, value)))}}}"  # in one order on every machine
    return value if isinstance(value, str) else repr(value)


def holds(history: History, *requirements: str) -> None:
    """Hold the pure checks of these requirements against a history.

    A check that finds nothing to look at was left alone by the connector: with the reference each finds its subject.

    Raises:
        Violation: a check found something, or nothing was there to look at.
    """
    from .checks import judge

    judgements = judge(history, requirements)
    findings = [row for judgement in judgements for row in judgement.findings]
    if findings:
        raise Violation(findings)
    empty = [row.requirement for row in judgements if not row.checked]
    if empty:
        raise Violation([finding(number, "what the case is about", SEEN, UNSEEN) for number in empty])


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case. `run` takes the bench, and the example when there is a strategy for examples."""

    name: str
    requirements: tuple[str, ...]
    run: Callable[..., None]
    story: str  # the first line of the function's docstring
    carrier: str | None = None  # the wire it is tried on, for cases that are held once per carrier
    wires: tuple[str, ...] = ()  # carriers without which it proves nothing; with none any one will do
    examples: SearchStrategy[Any] | None = None
    examples_count: int = 1
    claims: tuple[str, ...] = ("clock",)
    settings: dict[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()  # profiles that the case needs whatever it proves
    machine: Any = None  # a Hypothesis state machine class instead of `run`
    matrix: Any = None  # a flow of the answer-loss and kill matrix instead of `run`

    @property
    def id(self) -> str:
        """The identity in reports: the first requirement and the name, never a position."""
        tail = f"[{self.carrier}]" if self.carrier else ""
        return f"{self.requirements[0]}/{self.name}{tail}"

    @property
    def profiles(self) -> tuple[str, ...]:
        rows = load()
        return tuple(dict.fromkeys(profile for number in self.requirements for profile in rows[number].profiles))


CASES: dict[str, Case] = {}
EXAMPLES = 50  # of a property; one that carries fewer says why
OWN = "own"  # accounts of the carrier on whose wire a case is tried, and of no other
ONE = "one"  # accounts of one carrier, whichever the connector serves
EVERY = "every"  # accounts of all that it serves; without a word those that send webhooks


def case(
    *requirements: str,
    carriers: tuple[str, ...] = (),
    examples: SearchStrategy[Any] | None = None,
    examples_count: int = EXAMPLES,
    claims: tuple[str, ...] = ("clock",),
    needs: tuple[str, ...] = ("labels",),
    wires: tuple[str, ...] = (),
    **settings: Any,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a case. With `carriers` it is held once on each wire; `settings` are members of the reset.

    `accounts` names the carriers that the connector gets an account of; `OWN` is the one of the wire it is tried on,
    `ONE` any that it serves, `EVERY` all; without it those that send webhooks, or the small courier it is tried on.
    `needs` are profiles and claims without which it is not applicable; the clock goes without saying.
    `wires` are carriers that the case cannot do without; they follow from `carriers`, from `accounts` and from
    requirements that speak of one carrier only.

    Raises:
        CatalogueError: a requirement is unknown. ValueError: none is named, or the name is taken.
    """
    chosen = known(requirements)
    if not chosen:
        raise ValueError("a case names at least one requirement")

    def register(function: Callable[..., None]) -> Callable[..., None]:
        story = (function.__doc__ or "").strip().splitlines()
        if not story:
            raise ValueError(f"{function.__name__} has no docstring: reports need one sentence")
        for carrier in carriers or (None,):
            made = Case(
                name=function.__name__,
                requirements=chosen,
                run=function,
                story=story[0],
                carrier=carrier,
                examples=examples,
                examples_count=examples_count,
                claims=(*claims, *(name for name in needs if name in CLAIMS)),
                needs=tuple(name for name in needs if name not in CLAIMS),
                settings=_accounts(settings, carrier),
                wires=_wires(chosen, carrier, settings, wires),
            )
            _keep(made)
        return function

    return register


def _accounts(settings: dict[str, Any], carrier: str | None) -> dict[str, Any]:
    own = settings.get("accounts") is OWN or (carrier in POLLED and "accounts" not in settings)
    return {**settings, "accounts": (carrier,)} if own else settings


def _wires(
    requirements: tuple[str, ...], carrier: str | None, settings: dict[str, Any], named: tuple[str, ...]
) -> tuple[str, ...]:
    if named or carrier is not None:
        return named
    accounts = settings.get("accounts") or ()
    if isinstance(accounts, tuple) and accounts:
        return accounts
    rows = load()
    return tuple(dict.fromkeys(rows[number].carriers[0] for number in requirements if len(rows[number].carriers) == 1))


def wires_of(made: Case) -> tuple[str, ...]:
    """Return the carriers that a connector must serve for this case."""
    return tuple(dict.fromkeys((*made.wires, *([made.carrier] if made.carrier is not None else []))))


def concerns(made: Case, carriers: Iterable[str]) -> bool:
    """Whether a case can be held on a connector of these carriers.

    One that names no carrier is tried at any that sends webhooks; too little is known of the others.
    """
    served, wanted = {*carriers}, {*wires_of(made)}
    return wanted <= served if wanted else bool(served & {*with_webhooks()})


def machine_case(made: Case) -> None:
    """Register a case that is a state machine."""
    known(made.requirements)
    _keep(made)


def matrix_case(made: Case) -> None:
    """Register a case that is a flow of the answer-loss and kill matrix."""
    known(made.requirements)
    _keep(made)


def _keep(made: Case) -> None:
    if made.id in CASES:
        raise ValueError(f"two cases are called {made.id}")
    CASES[made.id] = made


def all_cases() -> Iterator[Case]:
    """Yield every case of the packaged suites, in the order of their ids."""
    from . import suites  # noqa: F401  (importing registers)

    yield from (CASES[key] for key in sorted(CASES))
