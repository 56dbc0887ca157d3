"""Mails: one function for each, which returns it whole, in the reader's language, as text and as HTML."""

from .following import Followed, follow_confirm, novelty, welcome
from .identity import NAMESPACE, message_id
from .languages import LANGUAGES
from .pickups import pickup_approved, pickups_confirmed
from .sheet import Cover, line
from .states import state_name

__all__ = [
    "LANGUAGES",
    "NAMESPACE",
    "Cover",
    "Followed",
    "follow_confirm",
    "line",
    "message_id",
    "novelty",
    "pickup_approved",
    "pickups_confirmed",
    "state_name",
    "welcome",
]
