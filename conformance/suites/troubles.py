"""State machines over bookings that meet trouble: carriers that fail, and a connector that is killed and started again.

A story that fails also without its trouble is not about trouble: other cases are about what is wrong there.
"""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from ..bench import Bench
from ..case import Case, machine_case
from ..strategies.histories import kill_points, long_waits, news, write_faults
from .machine import A_POLL_MIN, POLL_MINUTES, Machine, Scans
from .stories import BookingStory, Rules, Story

KILLED = Rules("IDM-025", "IDM-025", "IDM-025", "IDM-025")
BROKEN = {"unavailable": "RES-001", "truncated": "RES-005", "timed out": "RES-004", "lost": "RES-004"}
OUTAGES = tuple(dict.fromkeys(BROKEN.values()))
FEW = 12  # examples: each is a day or more of several bookings
FEWEST = 4  # each starts the connector again twice
SETTLING_IN_MIN = 5  # so that webhooks are subscribed to


class Outages(Machine):
    """Any orders while the carrier fails in one way: each is one parcel in the end."""

    carrier = "mail_alliance"
    blamed = frozenset({"fault"})
    steps_count = 6
    trouble: str  # of the one kind that this story has

    @classmethod
    def told(cls, bench: Bench) -> Story:
        return BookingStory(bench, cls.carrier, _broken, Rules("", "", "", ""))

    @initialize(trouble=st.sampled_from(sorted(BROKEN)), first=write_faults)
    def start(self, trouble: str, first: tuple[int, str, int]) -> None:
        self.trouble = trouble
        self.story = self.told(self.open_bench())
        self.act("wait", SETTLING_IN_MIN)
        self.act("fault", first[0], trouble, first[2])
        self.act("place", 0)

    @rule(more=write_faults)
    @precondition(lambda self: self.story is not None)
    def fault(self, more: tuple[int, str, int]) -> None:
        self.act("fault", more[0], self.trouble, more[2])

    @rule(minutes=long_waits)
    @precondition(lambda self: self.story is not None)
    def wait(self, minutes: int | str) -> None:
        self.act("wait", minutes)


def _broken(story: BookingStory) -> str:
    """Return what is broken when a booking went wrong: a story has one kind of trouble."""
    return next((BROKEN[arguments[1]] for name, arguments in story.script if name == "fault"), OUTAGES[0])


class CdekOutages(Outages):
    carrier = "cdek"


class Kills(Scans):
    """Any orders and histories of a connector that is killed: while it books, and while it learns or at rest."""

    carrier = "mail_alliance"
    blamed = frozenset({"kill", "kill_booking", "kill_reading"})
    steps_count = 4

    @classmethod
    def told(cls, bench: Bench) -> Story:
        return BookingStory(bench, cls.carrier, lambda story: "IDM-020", KILLED)

    @initialize(
        unheard=st.sampled_from([True, False]),
        booking=kill_points,
        first=news,
        reading=kill_points,
        at_rest=st.booleans(),
    )
    def start(
        self,
        unheard: bool,
        booking: tuple[int, str],
        first: list[tuple[int, int]],
        reading: tuple[int, str],
        at_rest: bool,
    ) -> None:
        """Kill while the first order is booked; then between a carrier's news and its being known."""
        self.story = self.told(self.open_bench())
        self.act("wait", SETTLING_IN_MIN)
        self.act("disturb", 0, unheard, False, 0)  # what webhooks tell, polls need not, and the other way round
        self.act("kill_booking", *booking)
        self.act("place", 0)
        self.act("wait", A_POLL_MIN)
        self.act("mend")
        self.news_of(0, first)
        if at_rest:
            self.act("kill")
        else:
            self.act("kill_reading", *reading)
        self.act("wait", A_POLL_MIN)

    @rule(trouble=write_faults)
    @precondition(lambda self: self.story is not None and not self.story.faulty)
    def fault(self, trouble: tuple[int, str, int]) -> None:
        self.act("fault", *trouble)

    @rule(minutes=long_waits)
    @precondition(lambda self: self.story is not None)
    def wait(self, minutes: int | str) -> None:
        self.act("wait", minutes)


class CdekKills(Kills):
    carrier = "cdek"


for machine, name, requirements, claims, count, story in (
    (Outages, "any_outage_leaves_one_parcel", OUTAGES, ("clock",), FEW,
     "Random orders over days in which the carrier fails; each ends as one parcel, booked, with one label."),
    (Kills, "any_story_outlives_kills", ("IDM-020", "IDM-025"), ("clock", "restart"), FEWEST,
     "Random orders and histories, faults and kills; each order ends as one parcel, its history the carrier's."),
):  # fmt: skip
    for carried in (machine, *machine.__subclasses__()):
        machine_case(
            Case(
                name=name,
                requirements=requirements,
                run=lambda bench: None,
                story=story,
                carrier=carried.carrier,
                examples_count=count,
                claims=claims,
                needs=("labels",) if machine is Outages else ("labels", "tracking"),
                settings={"accounts": (carried.carrier,), "poll_minutes": POLL_MINUTES},
                machine=carried,
            )
        )
