"""Notification mails: the right persons, the newest state, never twice, never after the thirty days.

A mail is tied to its order by its Message-ID in the connector's list of alerts; what it says is read from the mail.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import getaddresses, parsedate_to_datetime

from ..driver.shapes import Alert, HistoryEvent, OrderView
from ..fold import CLOSED
from ..history import Finding, History, ReceivedMail
from .registry import check

# Silent and mailable states as a company finds them before it changes anything (status vocabularies §3 rule 9).
INSTANT = timedelta(milliseconds=1)  # what came in the very instant of a mail may be in it or not
MAILABLE = frozenset(("announced", "out_for_delivery", "ready_for_pickup", "delivery_failed", "delivered", "returned"))


def sent_at(mail: ReceivedMail) -> datetime:
    """Return when a mail was sent: its Date header when that lies inside the run it came in, else the run's end."""
    text = mail.header("Date")
    try:
        dated = parsedate_to_datetime(text) if text else None
    except ValueError:
        dated = None
    if dated is None or dated.tzinfo is None:
        return mail.at
    earliest = (mail.since or mail.at - timedelta(hours=1)) - timedelta(minutes=5)
    return dated if earliest <= dated <= mail.at + timedelta(minutes=5) else mail.at


def bare(message_id: str | None) -> str:
    return (message_id or "").strip().strip("<>")


def about(history: History) -> Iterator[tuple[ReceivedMail, Alert | None]]:
    """Yield each mail with the alert it belongs to."""
    alerts = {bare(alert.message_id): alert for alert in history.alerts if alert.result != "superseded"}
    for mail in history.mails:
        yield mail, alerts.get(bare(mail.header("Message-ID")))


def name_of(mail: ReceivedMail) -> str:
    return f"mail to {', '.join(mail.recipients)} of {sent_at(mail):%Y-%m-%d %H:%M} «{mail.subject}»"


def none_twice(history: History) -> Iterator[Finding | str]:
    ids = Counter((mail.recipients, bare(mail.header("Message-ID"))) for mail in history.mails)
    told: Counter[tuple[str, str, str]] = Counter()
    for mail, alert in about(history):
        count = ids[(mail.recipients, bare(mail.header("Message-ID")))]
        if count > 1:
            found = f"{count} mails with one Message-ID"
            yield Finding(requirement="NTF-008", subject=name_of(mail), expected="one mail", found=found)
            continue
        if alert is not None:
            told[(mail.recipients[0].lower() if mail.recipients else "", alert.order, alert.state)] += 1
        yield name_of(mail)
    for (recipient, number, state), count in told.items():
        view = history.view(number)
        events = sum(1 for event in view.history if reads(event, view, state)) if view else 0
        if count > max(1, events):
            subject = f"{recipient} about {number}"
            found = f"{count} mails"
            expected = f"at most {max(1, events)} mail(s) of {state}"
            yield Finding(requirement="NTF-008", subject=subject, expected=expected, found=found)


def reads(event: HistoryEvent, view: OrderView, state: str) -> bool:
    """Whether an event can have been told as this state: on the way back delivered reads returned."""
    return event.status == state or (state == "returned" and event.status in ("delivered", "returning"))


@check("NTF-006")
def one_per_interval(history: History) -> Iterator[Finding | str]:
    """At most one mail about a shipment to a person per interval: what arose between is superseded."""
    last: dict[tuple[str, str], datetime] = {}
    interval = timedelta(minutes=history.alert_minutes)
    for mail, alert in sorted(about(history), key=lambda pair: sent_at(pair[0])):
        if alert is None or not mail.recipients:
            continue
        key, at = (mail.recipients[0].lower(), alert.order), sent_at(mail)
        if key in last and at - last[key] < interval - timedelta(seconds=1):
            found = f"the one before it {at - last[key]} earlier"
            expected = f"one mail about {alert.order} per {interval}"
            yield Finding(requirement="NTF-006", subject=name_of(mail), expected=expected, found=found)
        else:
            yield name_of(mail)
        last[key] = at


@check("NTF-005")
def the_newest_state(history: History) -> Iterator[Finding | str]:
    for mail, alert in about(history):
        view = history.view(alert.order) if alert is not None else None
        if alert is None or view is None:
            continue
        newest = newest_told_by(view, sent_at(mail))
        at_once = newest_told_by(view, sent_at(mail) + INSTANT)
        told = any(event is not None and reads(event, view, alert.state) for event in (newest, at_once))
        if newest is not None and not told:
            expected = f"{newest.status} ({newest.code}), which had come by then"
            yield Finding(requirement="NTF-005", subject=name_of(mail), expected=expected, found=alert.state)
        else:
            yield name_of(mail)


def newest_told_by(view: OrderView, at: datetime) -> HistoryEvent | None:
    """Return the newest mailable event that had come before `at`; None when a withdrawal blurs it.

    What comes after the parcel has closed is the story of its way back, and changes nothing any more; nor does the
    announcement of a way back, which comes when the parcel itself has long been under way.
    """
    if any(event.withdrawn for event in view.history):
        return None
    newest, under_way = None, False
    for event in sorted(view.history, key=lambda event: event.occurred_at):
        if event.received_at >= at or (event.status == "announced" and under_way):
            continue
        under_way = under_way or event.status != "announced"
        if event.status in MAILABLE:
            newest = event
        if event.status in CLOSED:
            break
    return newest


@check("NTF-021")
def inside_the_thirty_days(history: History) -> Iterator[Finding | str]:
    for mail, alert in about(history):
        mine = [
            row
            for row in history.subscriptions
            if mail.recipients
            and row.email.lower() == mail.recipients[0].lower()
            and (alert is None or row.order == alert.order)
        ]
        at = sent_at(mail)
        late = [row for row in mine if at >= row.ends_at]
        if late and len(late) == len(mine):
            found = f"sent {at:%Y-%m-%d %H:%M}"
            expected = f"nothing after {max(row.ends_at for row in late):%Y-%m-%d %H:%M}"
            yield Finding(requirement="NTF-021", subject=name_of(mail), expected=expected, found=found)
        elif mine:
            yield name_of(mail)


@check("NTF-020")
def thirty_days_each(history: History) -> Iterator[Finding | str]:
    for row in history.subscriptions:
        lives = row.ends_at - row.requested_at
        subject = f"{row.email} on {row.order}"
        if (row.active and lives != timedelta(days=30)) or lives > timedelta(days=30):
            yield Finding(requirement="NTF-020", subject=subject, expected="30 days", found=str(lives))
        elif row.active or lives == timedelta(days=30):
            yield subject


@check("NTF-002")
def only_to_subscribers(history: History) -> Iterator[Finding | str]:
    for mail, alert in about(history):
        persons = {
            row.email.lower()
            for row in history.subscriptions
            if (alert is None or row.order == alert.order) and row.requested_at <= sent_at(mail)
        }
        strangers = sorted(address for address in mail.recipients if address.lower() not in persons)
        if strangers:
            expected = f"a subscriber{'' if alert is None else f' of {alert.order}'}"
            yield Finding(requirement="NTF-002", subject=name_of(mail), expected=expected, found=f"{strangers}")
        else:
            yield name_of(mail)


@check("NTF-246")
def one_person_per_mail(history: History) -> Iterator[Finding | str]:
    for mail in history.mails:
        named = [
            address.lower()
            for field in ("To", "Cc", "Bcc")
            for _, address in getaddresses([value for key, value in mail.headers if key.lower() == field.lower()])
        ]
        others = {row.email.lower() for row in history.subscriptions} - {name.lower() for name in mail.recipients}
        said = f"{mail.text}\n{mail.html}\n{mail.headers}".lower()
        shown = sorted(address for address in others if address in said)
        if len(mail.recipients) != 1 or named != [mail.recipients[0].lower()] or shown:
            found = f"envelope {list(mail.recipients)}, headers {named}, others shown {shown}"
            yield Finding(requirement="NTF-246", subject=name_of(mail), expected="one person in both", found=found)
        else:
            yield name_of(mail)


@check("NTF-245")
def well_formed(history: History) -> Iterator[Finding | str]:
    for mail in history.mails:
        lacking = [name for name in ("Date", "Message-ID", "Auto-Submitted") if not mail.header(name)]
        lacking += [part for part, body in (("text part", mail.text), ("HTML part", mail.html)) if not body.strip()]
        if lacking:
            found = f"without {', '.join(lacking)}"
            yield Finding(requirement="NTF-245", subject=name_of(mail), expected="all of them", found=found)
        else:
            yield name_of(mail)
    people: dict[str, set[tuple[str, ...]]] = {}
    for mail in history.mails:
        people.setdefault(bare(mail.header("Message-ID")), set()).add(mail.recipients)
    for message_id, shared in people.items():
        if len(shared) > 1:
            found = f"shared by mails to {sorted(shared)}"
            yield Finding(requirement="NTF-245", subject=message_id, expected="a Message-ID of its own", found=found)


@check("NTF-206")
def one_shipment_per_mail(history: History) -> Iterator[Finding | str]:
    numbers = {view.tracking_number: view.number for view in history.orders if view.tracking_number}
    for mail, alert in about(history):
        named = sorted({order for number, order in numbers.items() if number in mail.text or number in mail.html})
        if alert is not None and (set(named) - {alert.order}):
            yield Finding(requirement="NTF-206", subject=name_of(mail), expected=alert.order, found=f"{named}")
        elif alert is not None or named:
            yield name_of(mail)


@check("NTF-013")
def names_the_tracking_number(history: History) -> Iterator[Finding | str]:
    for mail, alert in about(history):
        view = history.view(alert.order) if alert is not None else None
        if view is None or not view.tracking_number:
            continue
        if view.tracking_number not in mail.text or view.tracking_number not in mail.html:
            expected = f"{view.tracking_number} in text and HTML"
            yield Finding(requirement="NTF-013", subject=name_of(mail), expected=expected, found="it is not there")
        else:
            yield name_of(mail)


@check("NTF-011")
def nothing_else_of_the_shipment(history: History) -> Iterator[Finding | str]:
    """No addresses, no articles, no remarks of earlier events."""
    placed = {str(order["number"]): order for order in history.placed}
    for mail, alert in about(history):
        order, view = (placed.get(alert.order), history.view(alert.order)) if alert is not None else (None, None)
        if order is None or view is None or alert is None:
            continue
        text = f"{mail.text}\n{mail.html}"
        recipient = order["recipient"]
        secrets = [recipient["street"], *(line["description"] for line in order["lines"])]
        told = [newest_told_by(view, at) for at in (sent_at(mail), sent_at(mail) + INSTANT)]
        kept = {event.text for event in told if event is not None}
        if kept:
            secrets += [event.text for event in view.history if event.source == "staff" and event.text not in kept]
            secrets += _traces(view, [event for event in told if event is not None])
        leaked = [secret for secret in secrets if secret and len(secret) > 3 and secret in text]
        if leaked:
            expected = "the last novelty and its remark only"
            yield Finding(requirement="NTF-011", subject=name_of(mail), expected=expected, found=f"also {leaked}")
        else:
            yield name_of(mail)


def _traces(view: OrderView, told: list[HistoryEvent]) -> list[str]:
    """Return what gives earlier events away beside their remarks: words of no sentence, and times to the minute."""
    said = {f"{event.occurred_at:%Y-%m-%dT%H:%M}" for event in told} | {event.status for event in told}
    words = {event.status for event in view.history if "_" in event.status}
    times = {f"{event.occurred_at:%Y-%m-%dT%H:%M}" for event in view.history}
    return sorted((words | times) - said)


@check("NTF-009")
def no_alert_is_left_behind(history: History) -> Iterator[Finding | str]:
    """After a mail about a shipment no older alert of the same person may still wait."""
    for alert in history.alerts:
        if alert.result != "sent" or alert.sent_at is None:
            continue
        place = history.alerts.index(alert)
        older = [
            row.state
            for row in history.alerts[:place]
            if row.subscription == alert.subscription and row.result == "waiting"
        ]
        subject = f"{alert.email} about {alert.order}"
        if older:
            yield Finding(requirement="NTF-009", subject=subject, expected="superseded", found=f"waiting: {older}")
        else:
            yield subject
