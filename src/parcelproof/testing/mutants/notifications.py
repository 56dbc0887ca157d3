"""Bugs of the area notifications; `conformance/mutants/notifications.toml` says which requirements each must fail."""

from parcelproof.reference.adapters import smtp_out
from parcelproof.reference.domain import notices
from parcelproof.reference.storage.tables import events
from parcelproof.reference.usecases import alerting, following, tracking

from .patching import mutant, rewrite

PAST = """        by_staff = (events.c.order_id == order["id"], events.c.source == "staff")
        if known_event := await session.row(events, *by_staff):
            mine_now = await session.row(subscriptions, *mine) or {}
            notice = {"subscription_id": mine_now["id"], "event_id": known_event["id"], "fate": Fate.WAITING}
            await session.add_once(notices, **notice)
"""
ALL_SCANS = "' '.join(f'{reading.event.occurred_at:%Y-%m-%dT%H:%MZ} {reading.status}' for reading in picture.readings)"
ALL_REMARKS = "' '.join(reading.event.text for reading in picture.readings)"


@mutant
def duplicate_mail() -> None:
    """Each mail is handed to SMTP twice."""
    rewrite(
        alerting.send_mail,
        (
            "    failure = await send(",
            "    await ports.mailer.send(letter.mail)\n    failure = await send(",
        ),
    )


@mutant
def mail_after_expiry() -> None:
    """A subscription lives a year instead of thirty days."""
    rewrite(notices.ends_at, ("requested_at + WINDOW", "requested_at + 12 * WINDOW"))


@mutant
def oldest_news() -> None:
    """A mail tells the oldest of the news that wait instead of the newest."""
    rewrite(
        notices.decide,
        ("newest = max(", "newest = min("),
        (
            "if states.is_mailed(reading.status)),",
            "if states.is_mailed(reading.status) and reading.event.id in by_event),",
        ),
    )


@mutant
def history_in_mail() -> None:
    """A mail carries the remarks of all earlier events."""
    rewrite(
        notices.decide,
        (
            "send = _told(newest, by_event[newest.event.id], states)",
            f"send = Told(by_event[newest.event.id], newest.status, '', {ALL_REMARKS})",
        ),
    )


@mutant
def earlier_scans_in_mail() -> None:
    """A mail lists when the parcel was where before, by time and status."""
    rewrite(
        notices.decide,
        (
            "send = _told(newest, by_event[newest.event.id], states)",
            f"send = Told(by_event[newest.event.id], newest.status, newest.event.reason, {ALL_SCANS})",
        ),
    )


@mutant
def told_at_once() -> None:
    """A novelty that staff enter starts a run by itself."""
    rewrite(
        tracking.enter,
        ("    return event.id", '        await ask(session, "alerts", "run", session.now)\n    return event.id'),
    )


@mutant
def new_follower_hears_the_past() -> None:
    """Who begins to follow is told what staff entered before."""
    rewrite(
        following.follow,
        ("        fresh = True\n", f"        fresh = True\n{PAST}"),
        events=events,
    )


@mutant
def renewal_tells_the_gap() -> None:
    """Who asks again after the end is told what staff entered in between."""
    rewrite(
        following.follow,
        (
            "    row = await session.row(subscriptions, *mine) or {}\n",
            f"    if known and fresh:\n{PAST}    row = await session.row(subscriptions, *mine) or {{}}\n",
        ),
        events=events,
    )


@mutant
def every_other_run() -> None:
    """A person is told of a shipment at every other run at most."""
    rewrite(
        alerting._decide,
        (
            "    decision, rows = await _decision(session, subscription, config)\n",
            """    mine = (notices.c.subscription_id == subscription["id"], notices.c.fate == Fate.SENT)
    told = [row["sent_at"] for row in await session.rows(notices, *mine)]
    if told and session.now - max(told) < 2 * timedelta(minutes=config.alert.frequency_minutes):
        return Counter()
    decision, rows = await _decision(session, subscription, config)
""",
        ),
    )


@mutant
def one_mail_a_person() -> None:
    """A run mails each person once, whatever shipments he follows; the rest waits for the next run."""
    rewrite(
        alerting.run,
        (
            "        if row is not None:\n",
            "        counts[row['email'] if row else ''] += 1\n"
            "        if row is not None and counts[row['email']] == 1:\n",
        ),
    )


@mutant
def newest_of_the_clocks_hour() -> None:
    """Which novelty is the last is judged within the hour of the first that waits."""
    rewrite(
        notices.decide,
        (
            "    newest = max(\n        (reading for reading in picture.readings if states.is_mailed(reading.status)),",
            """    waiting = [found.event.occurred_at for found in picture.readings if found.event.id in by_event]
    hour = min(waiting, default=datetime.max).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    newest = max(
        (
            reading
            for reading in picture.readings
            if states.is_mailed(reading.status)
            and reading.event.occurred_at.replace(tzinfo=None) - hour < timedelta(hours=1)
        ),""",
        ),
    )  # fmt: skip


@mutant
def replaced_news_waits_on() -> None:
    """Older novelties go on waiting when a newer one is mailed."""
    rewrite(
        alerting._decide,
        ('    await _close(session, decision.superseded, Fate.SUPERSEDED, "newer news")\n', ""),
    )


@mutant
def pick_up_told_again() -> None:
    """That a parcel waits to be picked up is mailed again each day."""
    rewrite(
        alerting.run,
        (
            "    waiting = await session.rows(",
            """    a_day_old = (notices.c.fate == Fate.SENT, notices.c.sent_at <= session.now - timedelta(days=1))
    for old in await session.rows(notices, *a_day_old):
        if old["told"]["state"] == Status.READY_FOR_PICKUP:
            mine = subscriptions.c.id == old["subscription_id"]
            await session.change(notices, notices.c.id == old["id"], fate=Fate.WAITING)
            await session.change(subscriptions, mine, told_at=None, told_rank=None)
    waiting = await session.rows(""",
        ),
    )


@mutant
def state_told_to_anybody() -> None:
    """A state that one follower was told is told to no other."""
    rewrite(
        tracking._announce,
        (
            "    waiting = [",
            """    event = await session.row(events, events.c.id == event_id) or {}
    people = [row["id"] for row in await session.rows(subscriptions, subscriptions.c.order_id == order_id)]
    told = await session.rows(notices, notices.c.subscription_id.in_(people), notices.c.fate == Fate.SENT)
    if event["event"]["status"] in [row["told"]["state"] for row in told]:
        return
    waiting = [""",
        ),
    )


@mutant
def four_weeks() -> None:
    """A subscription lives four weeks."""
    rewrite(notices.ends_at, ("requested_at + WINDOW", "requested_at + timedelta(weeks=4)"))


@mutant
def ends_on_a_working_day() -> None:
    """An end that falls on a weekend moves to the working day after it."""
    rewrite(
        notices.ends_at,
        (
            "return requested_at + WINDOW",
            "end = requested_at + WINDOW\n"
            "    return end + timedelta(days=7 - end.weekday() if end.weekday() > 4 else 0)",
        ),
    )


@mutant
def renewed_from_the_old_end() -> None:
    """Asking again adds thirty days to the old end."""
    rewrite(
        following.follow,
        ("*mine, **window, ", "*mine, **{**window, 'ends_at': ends_at(known['ends_at'])}, "),
    )


@mutant
def last_minutes_run_over() -> None:
    """What was entered before the end is sent after it."""
    rewrite(
        alerting._decision,
        (
            "active=active(subscription, session)",
            "active=not subscription['ended'] and subscription['stopped'] is None",
        ),
    )


@mutant
def address_letter_by_letter() -> None:
    """Addresses are compared letter by letter, case included."""
    rewrite(notices.email_key, ("{domain.lower()}", "{domain}"))


@mutant
def all_his_shipments() -> None:
    """A mail names all the shipments that the person follows."""
    rewrite(
        alerting._letter,
        (
            "    base = (config.public_url",
            """    his = await session.rows(subscriptions, subscriptions.c.email_key == subscription["email_key"])
    boxes = await session.rows(shipments, shipments.c.order_id.in_([row["order_id"] for row in his]))
    base = (config.public_url""",
        ),
        (
            'tracking=number or order["number"]',
            'tracking=", ".join(box["number"] for box in boxes if box["number"]) or order["number"]',
        ),
    )


@mutant
def newest_of_what_waits() -> None:
    """The newest novelty that waits is mailed, though something newer was told before."""
    rewrite(
        notices.decide,
        (
            "if states.is_mailed(reading.status)),",
            "if states.is_mailed(reading.status) and reading.event.id in by_event),",
        ),
        (" and (before is None or newest.position > before.position)", ""),
    )


@mutant
def withdrawal_not_told() -> None:
    """A withdrawn event changes the status, and nobody who was told of it hears so."""
    rewrite(
        tracking._take_event,
        ("    if shipment is not None:\n", "    if shipment is not None and not event.revoked:\n"),
    )


@mutant
def deferred_is_given_up() -> None:
    """An address that SMTP refuses for now is given up."""
    rewrite(smtp_out.SmtpMailer._judge, ("if 500 <= fault.code", "if 400 <= fault.code"))


@mutant
def waiting_text_is_sent() -> None:
    """A mail that SMTP deferred goes out as it was, whatever arose meanwhile."""
    rewrite(
        alerting._decide,
        (
            "    await _close(session, decision.superseded, ",
            "    free = tuple(old for old in decision.superseded if rows[old.id]['fate'] != Fate.QUEUED)\n"
            "    await _close(session, free, ",
        ),
    )
    rewrite(
        alerting._letter,
        (
            "    if told is None or queued is None",
            """    if told is not None and queued is not None:
        words = queued["told"]
        state, texts = Status(words["state"]), (words["reason"], words["observation"], words["correction"])
        told = Told(await _notice(session, queued), state, *texts)
    if told is None or queued is None""",
        ),
    )


@mutant
def refused_is_tried_again() -> None:
    """An address that SMTP refuses for good is tried again and again."""
    rewrite(smtp_out.SmtpMailer._judge, ("if 500 <= fault.code <= 599 and", "if fault.code == 554 and"))


@mutant
def followers_in_copy() -> None:
    """Everybody who follows the shipment stands in Cc."""
    rewrite(
        alerting._letter,
        (
            '    return Letter(mail, told, queued["id"])',
            """    mine = (subscriptions.c.order_id == order["id"], subscriptions.c.id != subscription["id"])
    if others := await session.rows(subscriptions, *mine):
        mail = replace(mail, headers={**mail.headers, "Cc": ", ".join(row["email"] for row in others)})
    return Letter(mail, told, queued["id"])""",
        ),
    )
    rewrite(smtp_out.build, ("or name.lower() in RESERVED or", "or name.lower() in RESERVED - {'cc'} or"))


@mutant
def run_waits_for_the_last() -> None:
    """A run does nothing while a mail of an earlier run has not left."""
    rewrite(
        alerting.run,
        (
            "    waiting = await session.rows(",
            "    if await session.count(notices, notices.c.fate == Fate.QUEUED):\n"
            "        return Counts()\n"
            "    waiting = await session.rows(",
        ),
    )
