"""Bugs of states and the alert monitor; `conformance/mutants/notifications.toml` says what each must fail."""

from sqlalchemy import select

from parcelproof.reference import settings
from parcelproof.reference.domain import notices, visibility
from parcelproof.reference.http import views
from parcelproof.reference.storage import tables
from parcelproof.reference.usecases import alerting, companies, monitoring, public_page, tracking

from .patching import mutant, rewrite

OTHER_COMPANIES = """        for row in (await session.execute(select(companies))).all():
            values = {"config": {**row.config, "states": rules}, "version": row.version + 1}
            await session.execute(companies.update().where(companies.c.id == row.id).values(**values))
"""
HIDDEN = """    mine = companies.c.id == session.company_id
    config = (await session.execute(select(companies.c.config).where(mine))).scalar_one()
    hidden = [state for state, rule in config["states"].items() if rule["visibility"] == "hidden"]
"""


@mutant
def hidden_on_the_page() -> None:
    """The public page shows hidden states."""
    rewrite(public_page.look_up, ("        if states.is_seen(found.status)\n", ""))


@mutant
def hidden_states_mailed() -> None:
    """A hidden state that is enabled for following is mailed."""
    rewrite(visibility.States.is_mailed, ("return enabled and self.is_seen(status) and", "return enabled and"))


@mutant
def hidden_from_staff() -> None:
    """Staff do not see hidden states either."""
    rewrite(
        views._history,
        ("        if not event.revoked\n", "        if not event.revoked and event.status not in hidden\n"),
        ("    rows = await session.rows(events, ", f"{HIDDEN}    rows = await session.rows(events, "),
        companies=tables.companies,
        select=select,
    )


@mutant
def remark_at_every_level() -> None:
    """Reason and remark are shown at every level that is not hidden."""
    rewrite(
        visibility.States.told,
        ('reason if with_reason else "", observation if with_observation else ""', "reason, observation"),
    )


@mutant
def levels_are_not_cumulative() -> None:
    """With observations the reason is not shown."""
    rewrite(
        visibility.States.told,
        ("level in (Visibility.WITH_REASON, Visibility.WITH_OBSERVATIONS)", "level is Visibility.WITH_REASON"),
    )


@mutant
def reason_never_shown() -> None:
    """At «with reason» nothing but the name is shown."""
    rewrite(
        visibility.States.told,
        ("level in (Visibility.WITH_REASON, Visibility.WITH_OBSERVATIONS)", "with_observation"),
        ("    with_reason = ", "    with_observation = level is Visibility.WITH_OBSERVATIONS\n    with_reason = "),
    )


@mutant
def any_level_taken() -> None:
    """A level that there is not is taken for «visible»."""
    unknown = '    if wanted.get("visibility", DEFAULT.visibility) not in list(Visibility):\n'
    taken = '        wanted = {**wanted, "visibility": Visibility.VISIBLE}\n    if False:\n'
    rewrite(monitoring.set_state, (unknown, unknown + taken))


@mutant
def own_words_unused_in_mails() -> None:
    """Mails use our word for a state, whatever the company calls it."""
    from parcelproof.reference.letters import states

    rewrite(states.state_name, ("states.rule(state).name", '""'))


@mutant
def states_of_all_companies() -> None:
    """A change of a state changes it for every company."""
    own = '        await _set(shop, session, before, {"states": rules})\n'
    rewrite(monitoring.set_state, (own, own + OTHER_COMPANIES))


@mutant
def states_not_all_listed() -> None:
    """Only the states that are mailed are listed."""
    rewrite(
        monitoring.states,
        ("        for status in Status\n", "        for status in Status\n        if found.is_mailed(status)\n"),
    )


@mutant
def disabled_states_mailed() -> None:
    """Whether a state is enabled for following is passed over."""
    rewrite(
        visibility.States.is_mailed,
        ("status in MAILABLE if rule.mailed is None else rule.mailed", "status in MAILABLE or bool(rule.mailed)"),
    )


@mutant
def nothing_when_the_newest_is_silent() -> None:
    """When the newest novelty is not for mailing, nothing is sent."""
    rewrite(
        notices.decide,
        (
            "(reading for reading in picture.readings if states.is_mailed(reading.status)),",
            "(reading for reading in picture.readings[-1:] if states.is_mailed(reading.status)),",
        ),
    )


@mutant
def unknown_taken_for_a_round() -> None:
    """A state that nobody knows is taken for «out for delivery»."""
    rewrite(tracking.enter, ("canonical(state) or Status.UNKNOWN", "canonical(state) or Status.OUT_FOR_DELIVERY"))


@mutant
def told_each_scan_in_transit() -> None:
    """Every scan in transit is told, whatever the company wants."""
    rewrite(notices.decide, ("said = fresh and (repeats_told or not again)", "said = fresh"))


@mutant
def off_is_on() -> None:
    """An alert that is off runs as before."""
    runs = vars(settings.Alert)["runs"].fget
    rewrite(runs, ("self.enabled and self.frequency_minutes > 0", "self.frequency_minutes > 0"))


@mutant
def nought_is_an_hour() -> None:
    """A frequency of 0 is taken for an hour."""
    rewrite(vars(settings.Alert)["runs"].fget, ("self.enabled and self.frequency_minutes > 0", "self.enabled"))
    rewrite(
        alerting.run_due,
        (
            "timedelta(minutes=config.alert.frequency_minutes)",
            "timedelta(minutes=config.alert.frequency_minutes or 60)",
        ),
    )


@mutant
def hours_for_minutes() -> None:
    """A frequency above an hour is rounded to whole hours and one more."""
    rewrite(
        alerting.run_due,
        (
            "timedelta(minutes=config.alert.frequency_minutes)",
            "timedelta(hours=config.alert.frequency_minutes // 60 + 1)",
        ),
    )


@mutant
def office_hours_only() -> None:
    """Runs of nights and weekends do nothing."""
    hours = "if session.now.weekday() < 5 and 7 <= session.now.hour < 18:"
    rewrite(alerting.run_due, ("            await run(", f"            {hours}\n                await run("))


@mutant
def runs_counted_from_the_change() -> None:
    """A changed frequency counts from the change."""
    rewrite(companies._arm, ("max(now, (ran_at or now) + every)", "now + every"))


@mutant
def queue_not_shown() -> None:
    """The monitor says that nothing waits."""
    rewrite(
        monitoring._queue,
        ('return {"count": found.count, "oldest_at": found.since}', 'return {"count": 0, "oldest_at": None}'),
    )


@mutant
def last_error_not_shown() -> None:
    """The monitor tells no error of addresses that were refused."""
    rewrite(monitoring.alerts, ("errors[0] if errors else None", "None"))


@mutant
def considered_is_sent() -> None:
    """A run says that it considered what it sent."""
    rewrite(
        alerting.run,
        ("Counter(considered=len(waiting))", "Counter(considered=len({row['subscription_id'] for row in waiting}))"),
    )
