"""The feed of events of our own wires as we declare it."""

from ....wire.schemas import FLAG, TEXT, WHOLE, nullable, shape, text
from ..described import MOMENT, NAME, own_id, own_list

EVENT = shape(
    "Event",
    {
        "id": own_id("evt"),
        "type": text(like=r"^(letter|recipient|sign_up|service|contract|supply|order|return|stock)\.[a-z_]+$"),
        "occurred_at": MOMENT,
        "subject": NAME,
        "data": shape(
            "EventData",
            {
                **dict.fromkeys(("state?", "kind?", "service?", "reason?", "subject?", "order?"), NAME),
                **dict.fromkeys(("number?", "tracking_number?", "return_number?"), nullable(NAME)),
                **dict.fromkeys(("letters?", "errors?", "on_hand?", "quarantine?"), WHOLE),
                "consents?": FLAG,
            },
        ),
    },
)
DESCRIBED = {
    "list_own_events": own_list(
        "What happened on our own wires, oldest first.",
        EVENT,
        EVENT["properties"]["id"],
        query={"type?": text(0, 40), "subject?": TEXT},
    )
}
