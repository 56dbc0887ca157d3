"""The carrier sheet: sources, how far each operation can be trusted, what was guessed, what is missing."""

from ...wire.carrier import Fidelity, Sheet

DOCUMENTED, RECORDED, GUESSED = Fidelity.DOCUMENTED, Fidelity.RECORDED, Fidelity.GUESSED

FIDELITY = {
    "login": DOCUMENTED,
    "logout": DOCUMENTED,
    "create_shipment": DOCUMENTED,
    "createsending": RECORDED,
    "citylist": RECORDED,
    "postamatlist": DOCUMENTED,
    "clientpostamatlist": DOCUMENTED,
}

SHEET = Sheet(
    title="PickPoint (historical: the company stopped taking parcels on 4 April 2023)",
    sources=(
        "The vendor's protocol document as the comments of a public PHP wrapper restate it",
        "Public clients: sch-group/pickpoint-sdk (PHP), kinderly/pickpoint_api (Ruby), a Bitrix module, a C# shop "
        "engine, typings of a JavaScript client",
    ),
    fidelity=FIDELITY,
    guesses=(
        "A session lives an hour from its login, whatever is called meanwhile; its end is error 1, which the vendor's "
        "list has, or -2014, on which a shop engine logs in anew (switch session_error).",
        "Keys of a request are read in any letter case, since documentation and clients spell them differently.",
        "An unknown path is answered with 404 and a wrong method with 405, both as plain text.",
        "All lockers, their addresses, and the ids of all cities but two are ours.",
        "A client number (IKN) is ten digits; any of them will do unless the tenant sets one.",
        "A number of the shop's may be used again: the vendor says what happens then.",
    ),
    magic={
        "Description: [story: NAME]": "the sending lives that story: delivered, second-attempt, refused, "
        "partly-refused, returned, pickup or stuck",
    },
)
