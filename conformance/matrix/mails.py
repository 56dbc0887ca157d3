"""The flow of a mail: a carrier's news is told to everybody who follows the parcel, once."""

from collections import Counter
from datetime import timedelta

from .flow import Figures, Flow, flow
from .flows import NUMBER, booked, scan
from .stage import Stage
from .steps import Kind

FOLLOWERS = ("eva@example.org", "adam@example.org")
FREQUENCY = timedelta(minutes=60)


def followed(stage: Stage) -> None:
    """Book an order, let what its booking told pass, and let two people follow it."""
    booked(stage)
    stage.bench.advance(minutes=61)
    for email in FOLLOWERS:
        stage.bench.connector.subscribe(NUMBER, email, "public")


def news(stage: Stage) -> None:
    scan(stage, "out_for_delivery")
    stage.advance(hours=3)


def told(stage: Stage) -> Figures:
    """Count by Message-ID; a mail whose answer was lost may come once more under the same one (NTF-202)."""
    figures: Figures = {}
    most = 2 if stage.spoiler is not None and stage.spoiler.point.hides else 1
    for email in FOLLOWERS:
        copies = Counter(mail.header("Message-ID") for mail in stage.bench.mails(email))
        figures[f"mails to {email}, by Message-ID"] = len(copies)
        figures[f"mails to {email} come no more often than an answer was lost"] = (
            max(copies.values(), default=0) <= most
        )
        figures[f"mails to {email} without a Message-ID"] = copies[None]
    return figures


flow(
    Flow(
        name="mail news to followers",
        lost="IDM-015",
        killed="NTF-202",
        overlapped="NTF-201",
        prepare=followed,
        act=news,
        measure=told,
        wanted={
            **{f"mails to {email}, by Message-ID": 1 for email in FOLLOWERS},
            **{f"mails to {email} come no more often than an answer was lost": True for email in FOLLOWERS},
            **{f"mails to {email} without a Message-ID": 0 for email in FOLLOWERS},
        },
        kinds=(Kind.MAIL,),
    ),
    needs=("labels", "tracking", "notifications"),
)
