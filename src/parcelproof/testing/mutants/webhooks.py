"""Bugs of the area webhooks; `conformance/mutants/webhooks.toml` says which requirements each must fail."""

from dataclasses import replace

from parcelproof.reference.errors import conflict
from parcelproof.reference.usecases import companies, tracking

from .patching import mutant, rewrite


@mutant
def one_carrier_subscribed() -> None:
    """Webhooks are subscribed to at the first carrier only."""
    rewrite(
        companies._arm, ("if config.channels.webhook:", "if config.channels.webhook and name == min(config.carriers):")
    )


@mutant
def webhooks_only_stored() -> None:
    """A webhook is answered and put aside; news enters by polls alone."""
    rewrite(
        tracking.receive,
        ('await take(session, carrier.name, notice.events, notice.returns, "webhook")', "pass"),
    )


@mutant
def each_webhook_an_event() -> None:
    """Each delivery of a webhook is an event of its own."""
    rewrite(
        tracking.receive,
        (
            "notice.events, notice.returns",
            "[replace(event, id=__import__('os').urandom(8).hex()) for event in notice.events], notice.returns",
        ),
        replace=replace,
    )


@mutant
def repetition_refused() -> None:
    """A webhook that was seen before is answered 409."""
    rewrite(
        tracking.take,
        (
            "            continue\n        number =",
            '            if source == "webhook":\n                raise conflict("SEEN", "This webhook was seen.")\n'
            "            continue\n        number =",
        ),
        conflict=conflict,
    )


@mutant
def late_webhook_dropped() -> None:
    """A webhook of something older than what is known is thrown away."""
    rewrite(
        tracking.take,
        (
            "        if await _take_event(",
            '        since = source == "webhook" and shipment and shipment["since"]\n'
            "        if since and event.occurred_at < since:\n"
            "            continue\n        if await _take_event(",
        ),
    )
