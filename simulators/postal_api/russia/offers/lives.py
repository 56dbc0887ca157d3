"""What happens to a sign-up, a service that was asked for, and a paper contract, each at its virtual time."""

import msgspec

from ....core.records import Due
from ....core.world import Duty, World
from ....wire.moscow import day
from ..own_rest import tokens
from ..own_rest.events import happened
from ..own_rest.ids import DAY_MS, HOUR_MS, named, new_id
from ..records import account_of, change_account
from . import coverage, records
from .inn import is_registered
from .records import Contract, Cover, ServiceRequest, SignUp, moved
from .settings import DECLINES, SWITCHES

CHECK_MS, ACTIVATE_MS, ANSWER_MS = 2 * HOUR_MS, HOUR_MS, 4 * HOUR_MS
PAPER_MS, OFFER_HOLDS_MS = 14 * DAY_MS, 30 * DAY_MS
CHECK, ACTIVATE, EXPIRE = named("offers.check"), named("offers.activate"), named("offers.expire")
ANSWER, ENFORCE = named("offers.answer"), named("offers.enforce")
OFFER_VERSION = "2026-1"
UNKNOWN_INN = "the tax service's register does not know this INN"
DECLINED_WHY = "the account manager declined: not available to this account"


def begin(world: World, sign_up: SignUp) -> SignUp:
    """Take a sign-up in; from now on the account is covered for nothing until it is active."""
    world.store.put(records.SIGN_UPS, sign_up.id, sign_up)
    coverage.change(world, Cover())
    world.later(CHECK, sign_up.id, after_ms=CHECK_MS)
    happened(world, f"sign_up.{sign_up.state}", sign_up.id, kind=sign_up.kind)
    return sign_up


def accept(world: World, sign_up: SignUp) -> SignUp:
    world.later(ACTIVATE, sign_up.id, after_ms=ACTIVATE_MS)
    return _told(world, moved(world, sign_up, records.ACTIVATING))


def withdraw(world: World, sign_up: SignUp) -> SignUp:
    return _told(world, moved(world, sign_up, records.WITHDRAWN))


def ask(world: World, service: str, comment: str) -> ServiceRequest:
    """Ask the account manager for a service."""
    times = {records.ASKED: world.now_ms}
    found = ServiceRequest(new_id(world, "svc"), service, comment, records.ASKED, times)
    world.store.put(records.REQUESTS, found.id, found)
    world.later(ANSWER, found.id, after_ms=ANSWER_MS)
    happened(world, "service.asked", found.id, service=service)
    return found


def ask_for_contract(world: World, sign_up: SignUp) -> Contract:
    """Send a paper contract off on its two weeks."""
    found = Contract(new_id(world, "ctr"), sign_up.id, records.ON_ITS_WAY, {records.ON_ITS_WAY: world.now_ms})
    world.store.put(records.CONTRACTS, found.id, found)
    world.later(ENFORCE, found.id, after_ms=PAPER_MS)
    happened(world, f"contract.{found.state}", found.id)
    return found


def _check(world: World, due: Due) -> None:
    sign_up = world.store.get(records.SIGN_UPS, due.key)
    if sign_up is None or sign_up.state != records.CHECKING:
        return
    if not is_registered(sign_up.organisation["inn"]):
        _told(world, moved(world, sign_up, records.REJECTED, reason=UNKNOWN_INN))
    elif sign_up.kind == records.PAPER:
        _told(world, moved(world, sign_up, records.ON_ITS_WAY))
        ask_for_contract(world, sign_up)
    else:
        _told(world, moved(world, sign_up, records.OFFERED))
        world.later(EXPIRE, sign_up.id, after_ms=OFFER_HOLDS_MS)


def _expire(world: World, due: Due) -> None:
    sign_up = world.store.get(records.SIGN_UPS, due.key)
    if sign_up is not None and sign_up.state == records.OFFERED:
        _told(world, moved(world, sign_up, records.EXPIRED))


def _activate(world: World, due: Due) -> None:
    sign_up = world.store.get(records.SIGN_UPS, due.key)
    if sign_up is None or sign_up.state != records.ACTIVATING:
        return
    number = f"ПО-{world.count(named('agreement')):06d}"
    coverage.change(world, Cover(coverage.BASE))
    _agree(world, sign_up, "PUBLIC_OFFER", number)


def _agree(world: World, sign_up: SignUp, kind: str, number: str) -> None:
    """Put an agreement in force: the account is the applicant's and has a token."""
    who = sign_up.organisation
    change_account(
        world,
        org_name=who["name"],
        inn=who["inn"],
        kpp=who.get("kpp", ""),
        agreement_kind=kind,
        agreement_number=number,
        agreement_date=day(world.now_ms),
    )
    tokens.issue(world)
    _told(world, moved(world, sign_up, records.ACTIVE, agreement_number=number))


def _answer(world: World, due: Due) -> None:
    found = world.store.get(records.REQUESTS, due.key)
    if found is None:
        return
    declines = SWITCHES.choice(world, "account_manager") == DECLINES
    state = records.DECLINED if declines else records.ADDED
    times, reason = {**found.times, state: world.now_ms}, DECLINED_WHY if declines else ""
    found = msgspec.structs.replace(found, state=state, times=times, reason=reason)
    world.store.put(records.REQUESTS, found.id, found)
    if not declines:
        coverage.add(world, found.service)
    happened(world, f"service.{state}", found.id, service=found.service)


def _enforce(world: World, due: Due) -> None:
    """Put a paper contract in force: it covers everything, and brings the token where there was no offer before."""
    found = world.store.get(records.CONTRACTS, due.key)
    sign_up = None if found is None else world.store.get(records.SIGN_UPS, found.sign_up)
    if found is None or sign_up is None or sign_up.state in records.OVER:
        return
    number = f"Д-{world.count(named('agreement')):06d}"
    times = {**found.times, records.IN_FORCE: world.now_ms}
    found = msgspec.structs.replace(found, state=records.IN_FORCE, times=times, agreement_number=number)
    world.store.put(records.CONTRACTS, found.id, found)
    coverage.change(world, Cover(everything=True))
    if sign_up.state == records.ON_ITS_WAY:
        _agree(world, sign_up, "CONTRACT", number)
    else:
        change_account(world, agreement_kind="CONTRACT", agreement_number=number, agreement_date=day(world.now_ms))
    happened(world, "contract.in_force", found.id, number=number)


def _told(world: World, sign_up: SignUp) -> SignUp:
    happened(world, f"sign_up.{sign_up.state}", sign_up.id, **({"reason": sign_up.reason} if sign_up.reason else {}))
    return sign_up


def agreement_of(world: World) -> tuple[str, str, str]:
    """Return kind, number and date of the agreement that the account stands on."""
    account = account_of(world)
    return account.agreement_kind, account.agreement_number, account.agreement_date


DUTIES = {
    CHECK: Duty(_check),
    ACTIVATE: Duty(_activate),
    EXPIRE: Duty(_expire),
    ANSWER: Duty(_answer),
    ENFORCE: Duty(_enforce),
}
