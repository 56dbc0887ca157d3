"""The carrier sheet: sources, how far each operation can be trusted, what was guessed, what is missing."""

from ...wire.carrier import Fidelity, Sheet, Static
from . import settings

DOCUMENTED, RECORDED, GUESSED = Fidelity.DOCUMENTED, Fidelity.RECORDED, Fidelity.GUESSED

FIDELITY = {
    "login": DOCUMENTED,
    "logout": DOCUMENTED,
    "create_shipment": DOCUMENTED,
    "createsending": RECORDED,
    "tracksending": DOCUMENTED,
    "tracksendings": DOCUMENTED,
    "get_invoices_change_state": DOCUMENTED,
    "getstates": RECORDED,
    "sendinginfo": DOCUMENTED,
    "encloseinfo": GUESSED,
    "getdeliverycost": GUESSED,
    "cancel_invoice": DOCUMENTED,
    "reject_invoice": GUESSED,
    "update_invoice": DOCUMENTED,
    "makelabel": DOCUMENTED,
    "makezlabel": DOCUMENTED,
    "makereestr": DOCUMENTED,
    "makereestrnumber": DOCUMENTED,
    "getreestr": DOCUMENTED,
    "getreestrnumber": DOCUMENTED,
    "removeinvoicefromreestr": DOCUMENTED,
    "courier": DOCUMENTED,
    "couriercancel": DOCUMENTED,
    "calctariff": DOCUMENTED,
    "getzone": RECORDED,
    "makereturn": GUESSED,
    "createreturn": DOCUMENTED,
    "getreturninvoiceslist": DOCUMENTED,
    "getreturn": DOCUMENTED,
    "citylist": RECORDED,
    "postamatlist": DOCUMENTED,
    "clientpostamatlist": DOCUMENTED,
    "getmoneyreturnorder": GUESSED,
    "getproductreturnorder": GUESSED,
}

STATIC = {
    "getstates": Static.ALWAYS,
    "citylist": Static.ALWAYS,
    "postamatlist": Static.ALWAYS,
    "clientpostamatlist": Static.ALWAYS,
    "calctariff": Static.ASKED,
    "getzone": Static.ASKED,
}

SHEET = Sheet(
    title="PickPoint (historical: the company stopped taking parcels on 4 April 2023)",
    sources=(
        "The vendor's protocol document as the comments of a public PHP wrapper restate it",
        "Public clients: sch-group/pickpoint-sdk (PHP), kinderly/pickpoint_api (Ruby), a Bitrix module, a C# shop "
        "engine, typings of a JavaScript client",
    ),
    fidelity=FIDELITY,
    static=STATIC,
    guesses=(
        "A session lives an hour from its login, whatever is called meanwhile; its end is error 1, which the vendor's "
        "list has, or -2014, on which a shop engine logs in anew (switch session_error).",
        "Keys of a request are read in any letter case, since documentation and clients spell them differently; the "
        "two misspelt keys of one client that differ by more than case are left unread, as the carrier did.",
        "Errors hold their sentence under ErrorMessage and under Error, as a rejected sending in one client's source "
        "has it; the words of most are ours.",
        "An unknown path is answered with 404, a wrong method with 405 and a body that is too long with 413, all as "
        "plain text.",
        "All lockers but three numbers, their addresses, and the ids of all cities but three are ours.",
        "A client number (IKN) is ten digits; any of them will do unless the tenant sets one.",
        "A number of the shop's may be used again: the vendor says what sendinginfo tells then. tracksending and what "
        "changes a sending take the newest.",
        "A barcode's last digit is a check digit with weights 3 and 1, which three recorded ones bear out.",
        "A place without a weight weighs a kilogram. A side of more than 60 cm fits no locker; a locker's own MaxSize "
        "is not kept to, since the vendor lets clients send rough sizes.",
        "A deleted sending is not found any more.",
        "VisualStateCode and VisualState repeat State and StateMessage.",
        "The state of a list's sendings is 102, whatever way they are handed over; taken off it they are 101 again.",
        "updateInvoice of a locker is allowed in 101 to 104 and, within the region, in 106 to 108.",
        "rejectInvoice is known by name and request only: it works in 105 to 109, answers as cancelInvoice does, and "
        "the sending comes back by 114, 115, 116, 117, 113.",
        "A sending waits in its locker for three days; 109 after 112 prolongs it.",
        "A part can be refused at an office (ПВЗ) that allows opening, when the sending names at least two lines of "
        "goods; the buyer pays the sum less the price of the pieces left, which reaches the client five days later.",
        "What comes back gets a return number with 115 and the day's act of goods with 116.",
        "A courier takes what is registered for him (GettingType 101) at the beginning of his hours, and it is 105 "
        "then; his call is not billed unless the tenant has it so.",
        "Prices, zones and days are ours, VAT on top, 20 % unless set; the larger of weighed and volumetric mass "
        "counts.",
        "makereturn answers a list with the code for the locker, as one client's typings have it, and needs a received "
        "sending.",
        "The schema of getmoneyreturnorder and getproductreturnorder is not known from the vendor: keys of the first "
        "are those of one client's typings, with AgencyFee added, and the second is made after it; whether the answer "
        "is a list or an object is a switch (act_shape). No act found is error 21.",
        "The delivery is billed in the act of money, the way back at half its price; RefundInfo tells what was "
        "transferred for the sending.",
        "The act's layout is ours: no source shows it. Columns follow RefundInfo of sendinginfo.",
        "A label shows what a depot needs in our own layout; makelabel prints on A4, makezlabel on 100 x 150 mm.",
    ),
    deviations=(
        "States 110 and 118 to 122 are in no source and never occur; no state tells of a loss, and no story has one.",
        "createreturn takes returns of received sendings only: a postal return, which names no sending, is rejected.",
        "InvoicesChanging, calctariffcms and authentication, known from single clients, are not built and answer 404.",
        "Dictionaries (citylist, postamatlist, getstates) need no session; a call without one is in no journal.",
        "The rule that a list must not be accepted yet is kept by the sending's state.",
    ),
    magic={
        "Description: [story: NAME]": "the sending lives that story: delivered, second-attempt, refused, "
        "partly-refused, returned, pickup or stuck",
    },
    switches=settings.listed(),
    contradictions=tuple(settings.CONTRADICTIONS),
)
