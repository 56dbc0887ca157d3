"""Bugs of the channels of tracking; `conformance/mutants/channels.toml` says which requirements each must fail."""

from parcelproof.reference.adapters.mail_alliance import feed
from parcelproof.reference.usecases import companies, polling, tracking

from .patching import mutant, rewrite


@mutant
def newest_scan_only() -> None:
    """A read of a parcel takes its newest scan only; webhooks mostly hide it."""
    rewrite(polling.take_tracking, ("tracking.events, tracking.returns", "tracking.events[-1:], tracking.returns"))
    rewrite(polling.take_notices, ("for event in notice.events]", "for event in notice.events[-1:]]"))


@mutant
def webhooks_thrown_away() -> None:
    """Webhooks are verified, answered and thrown away: the polls will bring everything."""
    rewrite(
        tracking.receive,
        ('        await take(session, carrier.name, notice.events, notice.returns, "webhook")\n', ""),
        ("for carrier_id in notice.read_again:", "for carrier_id in ():"),
    )


@mutant
def polls_though_off() -> None:
    """Polling goes on though it is switched off."""
    rewrite(companies._arm, ("if config.channels.poll:", "if True:"))


@mutant
def subscribes_though_off() -> None:
    """Webhooks are subscribed to though they are switched off."""
    rewrite(companies._arm, ("if config.channels.webhook:", "if True:"))


@mutant
def source_always_poll() -> None:
    """Every event of a carrier says that a poll brought it."""
    rewrite(tracking._take_event, ('"source": source,', '"source": source if carrier == STAFF else "poll",'))


@mutant
def no_polls_beside_webhooks() -> None:
    """Where webhooks are switched on nothing is polled."""
    rewrite(companies._arm, ("if config.channels.poll:", "if config.channels.poll and not config.channels.webhook:"))


@mutant
def first_page_only() -> None:
    """A poll reads the first page of the feed and leaves the others for later polls."""
    rewrite(feed._pages, ("if page.next_cursor is None or not page.data:", "if True:"))
