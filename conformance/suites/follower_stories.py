"""Stories of two shipments and three followers: a connector and the model of who must be told what tell the same."""

from collections.abc import Callable
from datetime import timedelta
from itertools import takewhile, zip_longest
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from ..bench import Bench
from ..case import Case, Violation, finding, machine_case
from ..followers import Company, News, Telling
from ..history import Finding, ReceivedMail
from ..orders import order
from .mail_offers import number_of
from .mail_timing import ADAM, EVA
from .tracking import say, withdraw_delivery

MA = "mail_alliance"
NUMBERS = ("N-1", "N-2")
PEOPLE = (EVA, ADAM, "zoe@example.org")
SPELT = {EVA: "eva@EXAMPLE.org"}  # the same person
STATES = ("out_for_delivery", "delivery_failed", "ready_for_pickup", "held")
LEVELS = ("hidden", "visible", "with_observations")
RHYTHMS = (30, 60, 180)
RULES = ("NTF-004", "NTF-008")  # what must be told and is not; what is told and must not be
Action = tuple[str, tuple[Any, ...]]


class Story:
    """One story: each action is done at the bench and in the model, then both must have told the same.

    `rules`: what is broken when too little is told, and what when too much is.
    """

    def __init__(self, bench: Bench, rules: tuple[str, str]) -> None:
        self.bench = bench
        self.rules = rules
        self.script: list[Action] = []
        self.over = False
        self.words: dict[str, str] = {}  # remark -> what it stands for, for messages
        self.delivered: dict[str, News] = {}
        self.withdrew = False
        bench.book(*(order(number, MA) for number in NUMBERS))
        bench.advance(hours=3)
        (alert,) = bench.connector.alert_monitor()
        self.alert = alert.id
        every = timedelta(minutes=alert.frequency_minutes)
        self.model = Company(bench.now, alert.last_run_at or bench.now, every)
        self.numbers = {number: number_of(bench, number) for number in NUMBERS}

    def do(self, name: str, *arguments: Any) -> None:
        self.script.append((name, arguments))
        getattr(self, f"_{name}")(*arguments)
        self.agrees()

    # -- actions

    def _novelty(self, which: int, state: int, minutes_ago: int) -> None:
        number = NUMBERS[which]
        if number in self.delivered:
            return  # what comes after the end changes nothing
        place = len(self.words)
        minutes_ago = 0 if self.withdrew else minutes_ago
        at = self.bench.now - timedelta(minutes=minutes_ago, milliseconds=999 - place)
        remark = f"remark-{place}-"
        self.words[remark] = STATES[state]
        self.bench.connector.enter_novelty(number, STATES[state], observation=remark, at=at.isoformat())
        self.model.tell(number, News(place, STATES[state], remark, at))

    def _deliver(self, which: int, copies: int) -> None:
        number = NUMBERS[which]
        if number in self.delivered:
            return
        self.bench.control.switches(self.bench.tenant, MA, duplicate=copies)
        say(self.bench, number, MA, "delivered")
        news = News(-1 - len(self.script), "delivered", "", self.bench.now)
        self.model.tell(number, news)
        self.delivered[number] = news
        self.bench.flush()
        self.model.until(self.bench.now)

    def _withdraw(self, which: int) -> None:
        number = NUMBERS[which]
        if number not in self.delivered:
            return
        withdraw_delivery(self.bench, number)
        self.withdrew = True
        self.model.withdraw(number, self.delivered.pop(number))
        self.bench.flush()
        self.model.until(self.bench.now)

    def _follow(self, which: int, who: int, odd: bool) -> None:
        person = PEOPLE[who]
        email = SPELT.get(person, person) if odd else person
        self.bench.connector.subscribe(NUMBERS[which], email, "public")
        self.model.follow(NUMBERS[which], person)

    def _cancel(self, which: int, who: int) -> None:
        mine = (NUMBERS[which], PEOPLE[who])
        rows = [row for row in self.bench.connector.subscriptions() if (row.order, row.email.lower()) == mine]
        for row in rows:
            self.bench.connector.unsubscribe(row.id)
        self.model.cancel(*mine)

    def _show(self, state: int, level: int) -> None:
        if self.model.put_off:
            return
        self.bench.connector.set_state(STATES[state], visibility=LEVELS[level])
        self.model.rule(STATES[state]).visibility = LEVELS[level]

    def _rename(self, state: int) -> None:
        name = f"Word {len(self.script)}."
        self.bench.connector.set_state(STATES[state], name=name)
        self.model.rule(STATES[state]).name = name

    def _pace(self, which: int) -> None:
        minutes = RHYTHMS[which]
        self.bench.connector.set_alert(self.alert, frequency_minutes=minutes)
        self.model.every = timedelta(minutes=minutes)

    def _put_off(self, who: int) -> None:
        self.bench.mailbox.refuse(PEOPLE[who], "451 4.3.0 later")
        self.model.put_off.add(PEOPLE[who])

    def _refuse(self, who: int) -> None:
        if PEOPLE[who] not in self.model.put_off:
            self.bench.mailbox.refuse(PEOPLE[who], "550 5.1.1 no such user")
            self.model.refused.add(PEOPLE[who])

    def _mend(self) -> None:
        """All servers take mails again; what they put off has half a day to arrive, while nothing else happens."""
        for person in PEOPLE:
            self.bench.mailbox.refuse(person, "", times=0)
        self.model.refused.clear()
        for person in sorted(self.model.put_off):
            self.model.arrives_at_last(person)
        self._wait(13 * 60)

    def _wait(self, minutes: int) -> None:
        self.bench.advance(minutes=minutes)
        self.model.until(self.bench.now)

    def _month(self) -> None:
        """Thirty days and a bit pass with a run a week."""
        if self.model.put_off:
            return
        before = self.model.every
        self.bench.connector.set_alert(self.alert, frequency_minutes=10_080)
        self.model.every = timedelta(minutes=10_080)
        self.bench.leap(days=30, minutes=1)
        self.model.until(self.bench.now)
        self.bench.connector.set_alert(self.alert, frequency_minutes=int(before.total_seconds()) // 60)
        self.model.every = before

    def _kill(self) -> None:
        self.bench.kill()

    # -- comparison

    def agrees(self) -> None:
        wrong = [row for person, wanted in self.model.told() for row in self._compared(person, wanted)]
        if wrong:
            raise Violation(wrong)

    def _compared(self, person: str, wanted: list[Telling]) -> list[Finding]:
        mails = self.bench.mails(person)
        told = [self._read(mail, name) for mail, name in zip_longest(mails, (row.name for row in wanted)) if mail]
        if told == wanted:
            return []
        place = len([*takewhile(lambda pair: pair[0] == pair[1], zip(told, wanted, strict=False))])
        after = ", ".join(f"{name}{list(arguments)}" for name, arguments in self.script[-8:])
        mine, theirs = (_shown(rows[place:]) for rows in (wanted, told))
        blamed = self.rules[len(told) > len(wanted)]
        right, wrong = ([row.remark for row in rows] for rows in (wanted, told))
        if right != wrong:  # the format of scenarios has a word for these
            return [finding(blamed, f"remarks in the mails to {person}", right, wrong, after)]
        return [finding(blamed, f"mails to {person} from the {place + 1}. on", mine, theirs, after)]

    def _read(self, mail: ReceivedMail, name: str | None) -> Telling:
        """Return what a mail says: its shipment, the company's own word where it must bear one, the remarks in it."""
        number = next((order for order, number in self.numbers.items() if number in mail.text), "?")
        own = name if name and name in mail.text else ""
        return Telling(number, own, "+".join(word for word in self.words if word in mail.text))

    def end(self) -> None:
        self._mend()
        self.agrees()


def _shown(rows: list[Telling]) -> str:
    return "; ".join(f"{row.number} {row.name} {row.remark}".strip() for row in rows) or "none"


which, whom = st.integers(0, 1), st.integers(0, 2)
ago = st.sampled_from([0, 0, 0, 5, 45, 100])
waits = st.sampled_from([1, 29, 31, 61, 61, 181])


class Followers(RuleBasedStateMachine):
    """Draws the actions."""

    steps_count = 12
    told_as = RULES
    blamed: frozenset[str] = frozenset()
    open_bench: Callable[[], Bench]

    @staticmethod
    def failed(script: list[Action], error: Exception) -> bool:
        return True

    @classmethod
    def replay(cls, bench: Bench, script: list[Action]) -> None:
        """Tell a story again.

        Raises:
            Violation: the connector told something else than the model.
        """
        story = Story(bench, cls.told_as)
        for name, arguments in script:
            story.do(name, *arguments)
        story.end()

    def __init__(self) -> None:
        super().__init__()
        self.story: Story | None = None

    @initialize(first=st.lists(st.tuples(which, whom), min_size=2, max_size=4))
    def start(self, first: list[tuple[int, int]]) -> None:
        self.story = Story(self.open_bench(), self.told_as)
        for number, person in first:
            self.act("follow", number, person, False)

    def act(self, name: str, *arguments: Any) -> None:
        story = self.story
        assert story is not None, "initialize runs first"
        self._held(lambda: story.do(name, *arguments))

    def _held(self, action: Callable[[], None]) -> None:
        story = self.story
        assert story is not None
        if story.over:
            return
        try:
            action()
        except Exception as error:  # told to the runner and raised again
            story.over = True
            if self.failed(story.script, error):
                raise

    def teardown(self) -> None:
        if self.story is not None:
            try:
                self._held(self.story.end)
            finally:
                self.story.bench.close()

    @rule(number=which, state=st.integers(0, len(STATES) - 1), minutes_ago=ago, minutes=waits)
    def news(self, number: int, state: int, minutes_ago: int, minutes: int) -> None:
        self.act("novelty", number, state, minutes_ago)
        if minutes > 1:
            self.act("wait", minutes)

    @rule(number=which, states=st.lists(st.tuples(st.integers(0, len(STATES) - 1), ago), min_size=2, max_size=3))
    def several(self, number: int, states: list[tuple[int, int]]) -> None:
        for state, minutes_ago in states:
            self.act("novelty", number, state, minutes_ago)
        self.act("wait", 61)

    @rule(number=which, copies=st.integers(0, 2), back=st.booleans())
    def deliver(self, number: int, copies: int, back: bool) -> None:
        self.act("deliver", number, copies)
        self.act("wait", 61)
        if back:
            self.act("withdraw", number)
            self.act("wait", 61)

    @rule(number=which, person=whom, odd=st.booleans())
    def follow(self, number: int, person: int, odd: bool) -> None:
        self.act("follow", number, person, odd)

    @rule(number=which, person=whom)
    def cancel(self, number: int, person: int) -> None:
        self.act("cancel", number, person)

    @rule(state=st.integers(0, len(STATES) - 1), level=st.integers(0, 2))
    def show(self, state: int, level: int) -> None:
        self.act("show", state, level)

    @rule(state=st.integers(0, len(STATES) - 1))
    def rename(self, state: int) -> None:
        self.act("rename", state)

    @rule(rhythm=st.integers(0, 2))
    def pace(self, rhythm: int) -> None:
        self.act("pace", rhythm)

    @rule(person=whom, forever=st.booleans())
    def trouble(self, person: int, forever: bool) -> None:
        self.act("refuse" if forever else "put_off", person)

    @rule()
    @precondition(lambda self: self.story is not None and bool(self.story.model.put_off | self.story.model.refused))
    def mend(self) -> None:
        self.act("mend")

    @rule()
    def month(self) -> None:
        self.act("month")


class Killed(Followers):
    """The same, and the connector is killed in between: with news that wait for a run, or for a mail server."""

    steps_count = 4
    told_as = ("NTF-202", "NTF-201")
    blamed = frozenset(("kill",))

    @initialize(first=st.lists(st.tuples(which, whom), min_size=2, max_size=4))
    def start(self, first: list[tuple[int, int]]) -> None:
        super().start(first)
        self.kill(*first[0], True, 61)

    @rule(number=which, person=whom, troubled=st.booleans(), minutes=waits)
    def kill(self, number: int, person: int, troubled: bool, minutes: int) -> None:
        if troubled:
            self.act("put_off", person)
        self.act("novelty", number, 0, 0)
        self.act("wait", minutes)
        self.act("kill")
        self.act("wait", minutes)


PARTS = ("states", "alert_monitor")
SETTINGS: dict[str, Any] = {"accounts": (MA,), "poll_minutes": 44_640}
machine_case(
    Case(
        name="any_history_is_told_as_it_must",
        requirements=RULES,
        run=lambda bench: None,
        story="Random news, withdrawn deliveries, followers, hidden and renamed states, rhythms, failing mail servers."
        " The mails are those of the model.",
        examples_count=5,  # each is a dozen actions on two shipments and three people
        claims=("clock", *PARTS),
        needs=("notifications", "webhooks"),
        wires=(MA,),
        settings=SETTINGS,
        machine=Followers,
    )
)
machine_case(
    Case(
        name="any_history_survives_kills",
        requirements=Killed.told_as,
        run=lambda bench: None,
        story="The same stories, with the connector killed and started again: nothing is lost or told twice.",
        examples_count=2,  # each kill costs a start of the connector
        claims=("clock", "restart", *PARTS),
        needs=("notifications", "webhooks"),
        wires=(MA,),
        settings=SETTINGS,
        machine=Killed,
    )
)
