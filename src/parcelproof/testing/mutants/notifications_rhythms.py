"""Bugs of rhythms, of what is in force, and of what a branch tells; the catalogue says what each must fail."""

from parcelproof.reference.domain import carrier_notices, notices, statuses
from parcelproof.reference.letters import pickups
from parcelproof.reference.usecases import alerting, companies, issuing, monitoring, public_page

from .patching import mutant, rewrite


@mutant
def monitor_says_on() -> None:
    """The monitor says of every alert that it is on."""
    rewrite(monitoring.alerts, ('"enabled": config.alert.enabled,', '"enabled": True,'))


@mutant
def everybody_runs_hourly() -> None:
    """Every company runs once an hour, whatever it chose."""
    hourly = ("timedelta(minutes=config.alert.frequency_minutes)", "timedelta(minutes=60)")
    rewrite(alerting.run_due, hourly)
    rewrite(companies._arm, hourly)


@mutant
def any_frequency_taken() -> None:
    """A frequency that is out of range is brought into it."""
    own = "    _members(wanted, ALERT_MEMBERS)\n"
    bound = '    if isinstance(minutes := wanted.get("frequency_minutes"), int | float):\n'
    taken = '        wanted = {**wanted, "frequency_minutes": min(max(int(minutes), 0), 10_080)}\n'
    rewrite(monitoring.set_alert, (own, own + bound + taken))


@mutant
def page_forgets_the_address() -> None:
    """An address from the public page is kept under another origin."""
    rewrite(public_page.ask_to_follow, ('origin="public")', 'origin="contact")'))


@mutant
def skipping_is_answering() -> None:
    """A question that was skipped counts as answered."""
    rewrite(issuing.answer, ("prompt=SKIPPED if skip else ANSWERED", "prompt=ANSWERED"))


@mutant
def one_of_many_named() -> None:
    """The mail on confirmed requests names the first of them."""
    rewrite(pickups.pickups_confirmed, ("items=tuple(tracking),", "items=tuple(tracking)[:1],"))


@mutant
def no_redirecting() -> None:
    """Redirecting, which the carrier offers, is refused."""
    first = "    if choice.controls and not"
    refused = "    if 20 in choice.controls:\n        raise _wrong(where, '20', 'fewer')\n"
    rewrite(carrier_notices.refuse_wrong, (first, refused + first))


@mutant
def first_text_cut() -> None:
    """A first text of more than 150 characters is refused."""
    rewrite(carrier_notices.refuse_wrong, ("choice.text_1, LONGEST_TEXT_1)", "choice.text_1, LONGEST_TEXT_1 - 10)"))


@mutant
def second_text_cut() -> None:
    """A second text of more than 500 characters is refused."""
    rewrite(carrier_notices.refuse_wrong, ("choice.text_2, LONGEST_TEXT_2)", "choice.text_2, LONGEST_TEXT_2 - 12)"))


@mutant
def burst_after_a_pause() -> None:
    """What arose while the alert was off is closed when it is on again, however short it was."""
    rewrite(companies._switch_alerts, (" > OLD_NEWS:", " > OLD_NEWS * 0:"))


@mutant
def way_back_reads_delivered() -> None:
    """Whoever follows is told that a parcel was delivered when its sender has it again."""
    told = "return Told(notice, {}, reason, observation)"
    end = "Status.DELIVERED if reading.status is Status.RETURNED else reading.status"
    rewrite(notices._told, (told.format("reading.status"), told.format(end)))


@mutant
def told_in_the_order_of_arrival() -> None:
    """The state in force is the one that came last, whenever it occurred."""
    arrival = "sorted(live(events), key=lambda event: (event.carrier == 'staff', event.sequence))"
    rewrite(statuses.walk, ("in live(events):", f"in {arrival}:"))


@mutant
def put_off_mails_are_doubled() -> None:
    """A mail that the server puts off is sent once more when it is taken."""
    wait = "    if failure is None:\n"
    taken = "    async with work.finish() as session:\n        if failure:\n"
    rewrite(
        alerting.send_mail,
        (wait, f"{wait}        LATE.append(letter.mail.message_id)\n"),
        (taken, f"    if letter.mail.message_id in LATE:\n        await ports.mailer.send(letter.mail)\n{taken}"),
        LATE=[],
    )
