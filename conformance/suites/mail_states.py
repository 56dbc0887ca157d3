"""States: the company's own words for them, how much of each the end customer sees, and which are mailed."""

from datetime import timedelta
from typing import Any

from ..bench import Bench
from ..case import ONE, case, expect, expect_that
from ..orders import order
from .mail_offers import number_of, refusal
from .mail_timing import ADAM, EVA, enter, follow, remarks
from .tracking import say

STATES: dict[str, Any] = {"needs": ("notifications", "states"), "accounts": ONE}
SEEN: dict[str, Any] = {"needs": ("notifications", "states", "public_page"), "accounts": ONE}
OTHERS: dict[str, Any] = {
    "needs": ("notifications", "states", "companies"),
    "accounts": ONE,
    "companies": {"second": {"smtp": None}},
}
LEVELS = ("hidden", "visible", "with_reason", "with_observations")
WORD = "At the branch «Zum Löwen»"
REASON, REMARK = "reason-unlike-others", "remark-unlike-others"
EVERY_STATE = {
    "announced", "accepted", "in_transit", "customs", "held", "out_for_delivery", "delivery_failed", "ready_for_pickup",
    "returning", "undeliverable", "lost_or_damaged", "delivered", "returned", "cancelled",
}  # fmt: skip


def tell(bench: Bench, state: str, number: str = "N-1") -> None:
    bench.connector.enter_novelty(number, state, reason=REASON, observation=REMARK)


def shown_on_page(bench: Bench, state: str) -> list[str]:
    """Return which of reason and remark the page shows of a state; `absent` when it does not show the state."""
    lines = [row for row in bench.connector.public_tracking(number_of(bench)).events if row.state == state]
    texts = {"reason": REASON, "remark": REMARK}
    told = [name for name, text in texts.items() if any(text in f"{row.reason} {row.observation}" for row in lines)]
    return told if lines else ["absent"]


def told_in_mails(bench: Bench, person: str = EVA) -> list[str]:
    """Return which of reason and remark the last mail tells, text and HTML alike; `no mail` where none came."""
    mails = bench.mails(person)
    if not mails:
        return ["no mail"]
    parts = (mails[-1].text, mails[-1].html, mails[-1].subject)
    return [name for name, text in (("reason", REASON), ("remark", REMARK)) if any(text in part for part in parts)]


@case("NTF-040", "NTF-043", **STATES)
def every_state_is_listed(bench: Bench) -> None:
    """All states are listed, each once with a level of four; each of the four can be set, a fifth is refused."""
    rows = bench.connector.states()
    lacking = sorted(EVERY_STATE - {row.state for row in rows})
    expect(lacking, [], "states that are not listed", requirement="NTF-040")
    expect(len(rows), len({row.state for row in rows}), "rows of states", requirement="NTF-040")
    for level in LEVELS:
        bench.connector.set_state("held", visibility=level)
        found = next(row.visibility for row in bench.connector.states() if row.state == "held")
        expect(found, level, "visibility of held", requirement="NTF-043", after=f"set to {level}")
    for wrong in ("secret", "Hidden", "", 2, None):
        status = refusal(bench.connector.set_state, "held", visibility=wrong)
        expect(status, 422, f"visibility {wrong!r}", requirement="NTF-043")
    found = next(row.visibility for row in bench.connector.states() if row.state == "held")
    expect(found, LEVELS[-1], "visibility of held", requirement="NTF-043", after="five that were refused")


@case("NTF-041", "NTF-042", **SEEN)
def a_new_word_is_used_from_then_on(bench: Bench) -> None:
    """«Out for delivery» gets a name of the company's: page and next mail use it, code and history do not change."""
    follow(bench, EVA)
    enter(bench, "ready_for_pickup")
    bench.advance(minutes=61)
    before = len(bench.mails(EVA))
    bench.connector.set_state("out_for_delivery", name=WORD)
    enter(bench, "out_for_delivery")
    bench.advance(minutes=61)
    mails = bench.mails(EVA)[before:]
    expect(len(mails), 1, "mails", requirement="NTF-041", after="a novelty of the renamed state")
    found = WORD in mails[0].text
    expect_that(found, "the mail", wanted=WORD, found=mails[0].text, requirement="NTF-041")
    lines = {row.state: row.name for row in bench.connector.public_tracking(number_of(bench)).events}
    expect(lines.get("out_for_delivery"), WORD, "the page's word", requirement="NTF-041")
    expect(lines.get("ready_for_pickup") == WORD, False, "the word of another state", requirement="NTF-042")
    view = bench.order("N-1")
    statuses = [view.status, *(event.status for event in view.history if event.source == "staff")]
    wanted = ["out_for_delivery", "ready_for_pickup", "out_for_delivery"]
    expect(statuses, wanted, "status and history", requirement="NTF-042", after="a new name")


@case("NTF-042", **OTHERS)
def a_new_word_is_this_companys_only(bench: Bench) -> None:
    """One company renames and hides a state: another's list of states is as it was."""
    with bench.connector.speaking_for(company="second"):
        before = bench.connector.states()
    bench.connector.set_state("delivered", name=WORD, visibility="visible", mailed=False)
    with bench.connector.speaking_for(company="second"):
        after = bench.connector.states()
    expect(after, before, "states of the second company", requirement="NTF-042", after="the first renamed one")
    mine = next(row for row in bench.connector.states() if row.state == "delivered")
    found = (mine.name, mine.visibility, mine.mailed)
    expect(found, (WORD, "visible", False), "the state", requirement="NTF-042", after="what was set")


@case("NTF-044", "NTF-045", "NTF-046", "NTF-047", "NTF-048", **SEEN)
def each_level_shows_what_it_says(bench: Bench) -> None:
    """One state at each of the four levels, with reason and remark: page and mail show what it says, staff see all."""
    follow(bench, EVA)
    wanted = {"hidden": ["absent"], "visible": [], "with_reason": ["reason"], "with_observations": ["reason", "remark"]}
    rows = ("NTF-044", "NTF-046", "NTF-047", "NTF-048")
    tell(bench, "delivery_failed")
    for level, requirement in zip(LEVELS, rows, strict=True):
        bench.connector.set_state("delivery_failed", visibility=level)
        found = shown_on_page(bench, "delivery_failed")
        expect(found, wanted[level], f"the page at {level}", requirement=requirement)
        texts = [(row.reason, row.text) for row in bench.order("N-1").history if row.source == "staff"]
        expect(texts, [(REASON, REMARK)], f"staff's view at {level}", requirement="NTF-045")
    bench.connector.set_state("delivery_failed", visibility="hidden")
    bench.advance(minutes=61)
    for level, requirement in zip(LEVELS, rows, strict=True):
        before = len(bench.mails(EVA))
        bench.connector.set_state("delivery_failed", visibility=level)
        tell(bench, "delivery_failed")
        bench.advance(minutes=61)
        mails = len(bench.mails(EVA)) - before
        expect(mails, int(level != "hidden"), f"mails at {level}", requirement=requirement)
        expected = ["no mail"] if level == "hidden" else wanted[level]
        expect(told_in_mails(bench), expected, f"the mail at {level}", requirement=requirement)


@case("NTF-049", "NTF-050", **STATES)
def only_enabled_states_are_mailed(bench: Bench) -> None:
    """A state that is switched off is not mailed, an older one that waits is; one that is switched on is mailed."""
    follow(bench, EVA)
    bench.connector.set_state("delivery_failed", mailed=False)
    enter(bench, "delivery_failed", "remark-off")
    bench.advance(minutes=61)
    expect(len(bench.mails(EVA)), 0, "mails", requirement="NTF-049", after="a novelty of a disabled state")
    enter(bench, "ready_for_pickup", "remark-enabled")
    bench.advance(minutes=5)
    enter(bench, "delivery_failed", "remark-off")
    bench.advance(minutes=61)
    told = remarks(bench, EVA, "remark-enabled", "remark-off")
    expect(told, ["remark-enabled"], "mails", requirement="NTF-050", after="an enabled state, then a disabled one")
    bench.connector.set_state("held", mailed=True)
    enter(bench, "held", "remark-held")
    bench.advance(minutes=61)
    told = remarks(bench, EVA, "remark-enabled", "remark-off", "remark-held")
    expect(told, ["remark-enabled", "remark-held"], "mails", requirement="NTF-049", after="a silent state was enabled")


@case("NTF-051", "NTF-050", **STATES)
def hidden_while_it_waits(bench: Bench) -> None:
    """A state is hidden before the run: its novelty stays unsent, shown again too; an older one of another state is."""
    follow(bench, EVA, ADAM)
    words = ("remark-alone", "remark-seen", "remark-hidden")
    enter(bench, "delivery_failed", "remark-alone")
    bench.connector.set_state("delivery_failed", visibility="hidden")
    bench.advance(minutes=61)
    told = {person: remarks(bench, person, *words) for person in (EVA, ADAM)}
    expect(told, {EVA: [], ADAM: []}, "mails", requirement="NTF-051", after="a novelty whose state is hidden")
    bench.connector.set_state("delivery_failed", visibility="with_observations")
    bench.advance(hours=3)
    told = {person: remarks(bench, person, *words) for person in (EVA, ADAM)}
    expect(told, {EVA: [], ADAM: []}, "mails", requirement="NTF-051", after="shown again after its run")
    enter(bench, "ready_for_pickup", "remark-seen")
    bench.advance(minutes=5)
    enter(bench, "delivery_failed", "remark-hidden")
    bench.connector.set_state("delivery_failed", visibility="hidden")
    bench.advance(minutes=61)
    told = {person: remarks(bench, person, *words) for person in (EVA, ADAM)}
    wanted = {EVA: ["remark-seen"], ADAM: ["remark-seen"]}
    expect(told, wanted, "mails", requirement="NTF-050", after="the newest is hidden")


@case("NTF-247", **STATES)
def unknown_codes_stop_nothing(bench: Bench) -> None:
    """A state that nobody knows, on one of two shipments: kept as unknown, unmailed; the run goes on."""
    follow(bench, EVA, number="N-1")
    follow(bench, EVA, number="N-2")
    refusal(bench.connector.set_state, "unknown", mailed=True)
    before = bench.order("N-1").status
    enter(bench, "unknown", "remark-unknown")
    enter(bench, "out_for_delivery", "remark-known", number="N-2")
    bench.advance(minutes=61)
    view = bench.order("N-1")
    found = ([event.status for event in view.history if event.source == "staff"], view.status)
    expect(found, (["unknown"], before), "history and status", requirement="NTF-247", after="a state nobody knows")
    told = remarks(bench, EVA, "remark-unknown", "remark-known")
    expect(told, ["remark-known"], "mails", requirement="NTF-247", after="a state nobody knows on N-1, news of N-2")


@case("NTF-205", **STATES)
def a_repeated_scan_in_transit_is_told_once(bench: Bench) -> None:
    """Transit is mailed: three scans in transit give one mail; after another state it is news again."""
    follow(bench, EVA)
    bench.connector.set_state("in_transit", mailed=True)
    words = ("remark-1", "remark-2", "remark-3", "remark-4", "remark-5")
    for word in words[:3]:
        enter(bench, "in_transit", word)
        bench.advance(minutes=61)
    told = remarks(bench, EVA, *words)
    expect(told, [words[0]], "mails", requirement="NTF-205", after="three scans in transit, a run after each")
    enter(bench, "out_for_delivery", words[3])
    bench.advance(minutes=61)
    enter(bench, "in_transit", words[4])
    bench.advance(minutes=61)
    told = remarks(bench, EVA, *words)
    wanted = [words[0], words[3], words[4]]
    expect(told, wanted, "mails", requirement="NTF-205", after="another state in between")


@case("NTF-205", **STATES, first_in_state_only=False)
def each_scan_is_told_where_it_is_wanted(bench: Bench) -> None:
    """The company wants each scan told: three in transit give three mails."""
    follow(bench, EVA)
    bench.connector.set_state("in_transit", mailed=True)
    for place in range(3):
        enter(bench, "in_transit", f"remark-{place}")
        bench.advance(minutes=61)
    told = remarks(bench, EVA, "remark-0", "remark-1", "remark-2")
    expect(told, ["remark-0", "remark-1", "remark-2"], "mails", requirement="NTF-205", after="each scan is wanted")


@case("NTF-210", "NTF-213", carriers=("cdek", "mail_alliance"), needs=("notifications",))
def what_occurred_last_is_told(bench: Bench, carrier: str) -> None:
    """«Out for delivery», then a transit scan of hours before: the state stays, nothing is told; a return is."""
    bench.book(order("N-1", carrier))
    bench.advance(hours=6)
    bench.connector.subscribe("N-1", EVA, "public")
    say(bench, "N-1", carrier, "out_for_delivery")
    bench.advance(minutes=125)
    say(bench, "N-1", carrier, "in_transit", ago=timedelta(hours=4))
    bench.advance(minutes=125)
    view = bench.order("N-1")
    expect(view.status, "out_for_delivery", "the state", requirement="NTF-210", after="a late older scan")
    late = [event.status for event in view.history if event.status == "in_transit"]
    expect(late, ["in_transit"], "the late scan in the history", requirement="NTF-210")
    say(bench, "N-1", carrier, "returning" if carrier == "cdek" else "returned")
    bench.advance(minutes=125)
    states = [row.state for row in bench.connector.alerts() if row.result == "sent" and row.email == EVA]
    expect_that("delivered" not in states, "states told", wanted="no delivery", found=states, requirement="NTF-213")
    if carrier == "mail_alliance":
        expect(states, ["out_for_delivery", "returned"], "states told", requirement="NTF-213", after="a return")
