"""One judgement for every way in: a shipment is carried out, with warnings, or refused, with every error.

Wire contract: `postal_api_swiss` §2 to §4 and §7. Nothing is changed here. A chapter of rules is a function that looks
at a `Case` and adds what it finds.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ...core.world import World
from . import (
    account,
    judgement_account,
    judgement_label,
    judgement_money,
    judgement_notices,
    judgement_parties,
    judgement_services,
)
from .case import REST, Case, Finding, Way
from .services import Chosen, sort_out
from .shipment import Shipment

__all__ = ["REST", "Case", "Finding", "Judgement", "Way", "combination", "judge"]

Rule = Callable[[Case], None]
RULES: tuple[Rule, ...] = (
    judgement_account.judge,
    judgement_services.judge,
    judgement_label.judge,
    judgement_parties.judge,
    judgement_money.judge,
    judgement_notices.judge,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found. `shipment` is what is carried out: without the texts that a warning says are dropped.

    `lines` are the recipient's lines as they are printed; `about_license` says that the franking licence is at fault.
    """

    shipment: Shipment
    chosen: Chosen
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    lines: tuple[str, ...] = ()
    free_text: str = ""

    @property
    def about_license(self) -> bool:
        return any(error.code in judgement_account.LICENSE_CODES for error in self.errors)


def judge(world: World, shipment: Shipment, *, way: Way = REST, user: str = "") -> Judgement:
    """Judge a shipment of an account. `user` is what the account calls itself, for the refusals that name it."""
    case = Case(world, account.of(world), shipment, sort_out(shipment.item.attributes.przl), way, user)
    for rule in RULES:
        rule(case)
    return Judgement(
        case.carried_out(), case.chosen, tuple(case.errors), tuple(case.warnings), tuple(case.lines), case.free_text
    )


def combination(world: World, shipment: Shipment) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Judge nothing but whether services, instructions and layout go together; return errors and warnings."""
    case = Case(world, account.of(world), shipment, sort_out(shipment.item.attributes.przl), REST, "")
    judgement_services.judge(case)
    judgement_label.judge_layout(case)
    return tuple(case.errors), tuple(case.warnings)
