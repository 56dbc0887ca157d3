"""The chapters of this package, each with its share of the carrier sheet."""

from ...wire.carrier import Fidelity, Static
from . import access, address_labels, consignment, numbers, read_back, replacements, single_barcodes, tracking
from .chapter import Chapter
from .notifying.part import NOTIFYING

RECORDED, DOCUMENTED, GUESSED = Fidelity.RECORDED, Fidelity.DOCUMENTED, Fidelity.GUESSED

TOKENS = Chapter(
    routes=access.routes,
    fidelity={"token": RECORDED, "old_token": DOCUMENTED},
    guesses=(
        "A refused token call is answered with OAuth's own errors: 400 for grant type and scope, 401 for the client.",
        "A token without the scope of the call is answered with 403 and no body.",
        "Unknown paths are answered with 404, wrong methods with 405, too long bodies with 413; none has a body.",
    ),
)
LABELS = Chapter(
    routes=address_labels.routes,
    kinds=(*consignment.KINDS, *numbers.KINDS),
    fidelity={"generate_address_label": RECORDED, "validate_combination": GUESSED},
    static={"validate_combination": Static.ASKED},
    magic={
        "sendingID: [story: NAME]": "the consignment lives that story: delivered, letterbox, second-attempt, pickup, "
        "locker, returned, refused or stuck",
        "frankingLicense: noughts alone": "is nobody's licence: E2010",
    },
    guesses=(
        "What has no error code of its own is a schema error: a language, an addresses word, a length, a type.",
        "Members that nobody knows are passed over, except in customer.",
        "ZPL comes in code page 437, as the one client that looks at its letters reads it, and without ^CI.",
        "Any well-formed franking licence is the account's, as long as the account names none.",
        "A licence of a letter and three digits makes S10 numbers of its own; with any other they begin with RM.",
        "Which additional services and which instructions exclude one another is ours (E1002, E1004, E1005).",
        "Service barcodes: each additional service, and PRI, SEM, SKB, VL, DIRECT and SP, count for the layout.",
        "AMB and DLOG go where COLD goes; NOTIME takes no additional services, instructions or notifications.",
        "DIRECT needs AZS, as the manual of 2017 has it (E2059); its successor DIR does not.",
        "Rows for letters, and that court and debt papers have no A6 or A7 (E1016), follow the manual of 2017.",
        "VinoLog and evening delivery are not offered in Liechtenstein, NOTIME only in a few towns.",
        "Cash on delivery goes up to CHF 10 000; it is taken when the consignment is delivered.",
        "Telephone numbers for notifications begin with 07, 0041, 00423, 0033, 0039, 0043 or 0049.",
        "A notification without a kind is an order confirmation.",
        "Control options on an SMS are E2047, with another kind than 1 and 2 E2040.",
        "A deposit date in the past is E2006; a post code of fewer than four digits is E2001.",
        "A returns licence that begins with 01 is told by a warning W2026, a code of ours.",
        "A preview shows the number that would come next.",
        "Without a billing relation labels are refused with E9998, without accepted terms those with notifications.",
        "FE is 100 x 45 mm, with a lower barcode; the carrier's name on labels is set in type.",
        "Consignments abroad begin their numbers with R, Interconnect ones with L.",
    ),
    deviations=(
        "Service barcodes are printed as words, and nothing is printed in colour.",
        "validateCombination exists in the older SOAP service only; here it is an extension of ours.",
        "The return note's data matrix is printed as text.",
        "pick@home, the address checker and delivery days are not built.",
        "E1008, E1009, E2015, E2039, E2063, E2065, E9993, E9994, E9999, W2012 and W2015 are "
        "never told: nothing here brings them about.",
    ),
)
SINGLES = Chapter(
    routes=single_barcodes.routes,
    fidelity={"generate_single_barcodes": DOCUMENTED},
    guesses=("Single barcodes come in EPS, GIF, JPG, PNG and PDF; ZPL2 and sPDF are E9991.",),
)
REPLACEMENTS = Chapter(
    routes=replacements.routes,
    fidelity={"generate_replacement_label": DOCUMENTED},
    guesses=(
        "One leg of a replacement that is refused refuses all; its errors stand in the leg, as in a label's item.",
        "The sender of a return leg is the recipient of sendReplacement; without an address of one's own the sender of "
        "the others is the recipient of returnToWarehouse.",
        "The notification of an outgoing leg is an order confirmation, to the recipient's own e-mail or mobile number.",
    ),
)
TRACKING = Chapter(
    routes=tracking.routes,
    fidelity={"read_detail": RECORDED, "read_events": RECORDED, "read_many": GUESSED},
    guesses=(
        "An unknown consignment is answered with 404 and a message; a withdrawn event stays with the sub-event CAN.",
        "A consignment has no events until its data were received, ten minutes or so after the label.",
        "Which event numbers a life passes, and how long it takes, is ours.",
    ),
    deviations=(
        "There are no webhooks: none are known.",
        "There is no event for the way back: it shows as in transit until 3600, which says that it is returned.",
        "There is no event for a lost parcel, and so no life in which one is lost.",
    ),
)
READ_BACK = Chapter(
    routes=read_back.routes,
    fidelity={"read_consignment": GUESSED, "list_consignments": GUESSED},
    deviations=("Consignments under /parcelproof/v1 are an extension of ours, to read back what was accepted.",),
)
CHAPTERS = (TOKENS, LABELS, SINGLES, REPLACEMENTS, TRACKING, READ_BACK, NOTIFYING)
