"""The notification service as a chapter of this carrier, with its share of the carrier sheet."""

from ....core.world import Duty
from ....wire.carrier import Fidelity
from ..answers import Operations
from ..chapter import Chapter
from . import control, late_data, recipients, records, telling


def _routes() -> Operations:
    routes = Operations()
    for part in (late_data.routes, recipients.routes, control.routes):
        routes.include(part)
    return routes


NOTIFYING = Chapter(
    routes=_routes(),
    kinds=records.KINDS,
    duties={telling.REMIND: Duty(telling.on_reminder)},
    fidelity=dict.fromkeys(
        (
            *("add_notifications", "set_my_consignments", "list_my_consignments"),
            *("control_options", "use_control_option"),
        ),
        Fidelity.GUESSED,
    ),
    guesses=(
        "Notices lie in the tenant's mailbox; their words, their looks and the address they come from are ours.",
        "An order confirmation, Saturday delivery and exchange or return are told as soon as the label is made.",
        "Delivery information is told by the first of the events 1001 and 1002, collection by 910 and 2102.",
        "The day of delivery is the working day after sorting, for economy the one after that; a Saturday counts with "
        "SA; an order confirmation tells a day only where dispatchInfo says when the item is posted.",
        "Whoever has a PO box, or an address of «postlagernd», «poste restante» or «fermo posta», collects.",
        "A reminder is sent to any recipient whose item still lies there three days after it arrived; items are kept "
        "for seven days.",
        "Each attempt is told to the sender once; one after another only when the item was loaded again between them.",
        "A scan that is older than another, one of the same sort again, and one on the way back tell nobody anything.",
        "Handover status goes to the address that its notification gives.",
        "Redirecting is open until the first event of sorting, so it is offered with the order confirmation alone; "
        "the other options are open until the item is loaded (1003).",
        "One control option is used for an item; the same again changes nothing, another is refused.",
        "An item deposited, handed to a neighbour, delivered on the wished day or redirected is delivered at the "
        "first attempt; a redirected one takes a day and a half longer.",
        "A recipient's wish is shown to the sender in tracking's detail, as deliveryInstruction.",
        "A recipient with «My consignments» is known by e-mail address or mobile number; he gets mails, without the "
        "sender's texts and picture, and a link to all control options in place of a login.",
    ),
    deviations=(
        "An SMS lies in the mailbox as a mail to NUMBER@sms.swiss-post.example.",
        "«My consignments» and notification data after the label, under /parcelproof/v1, are extensions of ours: the "
        "carrier's recipients sign in elsewhere, and its DataTransfer is not public. So is the page of control "
        "options under /my-consignments.",
        "Kinds 257 and 258 of the edition of 2017 are taken, but nothing is sent for them.",
        "W2027, for data that come too late, is a code of ours.",
    ),
)
