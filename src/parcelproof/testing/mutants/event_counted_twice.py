"""An event that a webhook told counts again when a poll tells it."""

from parcelproof.reference.usecases import tracking

from .patching import rewrite


def apply() -> None:
    rewrite(tracking._take_event, ('"event_id": event.id,', '"event_id": f"{event.id}/{source}",'))
