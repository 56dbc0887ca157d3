"""What a state is called towards end customers: by the company's own word, else by ours in their language."""

from ..domain.statuses import Status
from ..domain.visibility import States
from .languages import N_, words

WORDS = {
    Status.UNKNOWN: N_("Status unknown"),
    Status.EXPIRED: N_("No news for a long time"),
    Status.ANNOUNCED: N_("Announced to the carrier"),
    Status.ACCEPTED: N_("Accepted by the carrier"),
    Status.IN_TRANSIT: N_("On its way"),
    Status.CUSTOMS: N_("At customs"),
    Status.HELD: N_("Held"),
    Status.OUT_FOR_DELIVERY: N_("Out for delivery"),
    Status.DELIVERY_FAILED: N_("Delivery attempted without success"),
    Status.READY_FOR_PICKUP: N_("Ready for pick-up"),
    Status.RETURNING: N_("On its way back"),
    Status.UNDELIVERABLE: N_("Cannot be delivered"),
    Status.LOST_OR_DAMAGED: N_("Lost or damaged"),
    Status.DELIVERED: N_("Delivered"),
    Status.RETURNED: N_("Returned to the sender"),
    Status.CANCELLED: N_("Cancelled"),
}


def state_name(state: Status, states: States, language: str) -> str:
    """Return a state's name; the company's own word is the same in every language (NTF-041)."""
    return states.rule(state).name or words(language).gettext(WORDS[state])
