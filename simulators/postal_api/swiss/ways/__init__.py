"""The other ways in: what takes the same shipments as the REST service, through the same judgement.

The web service «Barcode» (`web_service`), the DataTransfer drop folder (`drop_folder`), and the page for everybody
(`online`). `notifications` NTF-170 to NTF-175 tell what each takes.
"""

from ....wire.allowed import declared
from ....wire.carrier import Fidelity, Static
from ..answers import Operations
from ..chapter import Chapter
from . import drop_folder, online, web_service


def _routes() -> Operations:
    routes = Operations()
    for part in (web_service.routes, drop_folder.routes, online.routes):
        routes.include(part)
    return routes


CHAPTER = Chapter(
    routes=_routes(),
    kinds=drop_folder.KINDS,
    duties=drop_folder.DUTIES,
    fidelity={
        "describe_web_service": Fidelity.DOCUMENTED,
        "web_service": Fidelity.DOCUMENTED,
        "drop_file": Fidelity.GUESSED,
        "list_folder": Fidelity.GUESSED,
        "read_file": Fidelity.GUESSED,
        "delete_file": Fidelity.GUESSED,
        "online_form": Fidelity.GUESSED,
        "own_online_form": Fidelity.GUESSED,
        "online_label": Fidelity.GUESSED,
        "own_online_label": Fidelity.GUESSED,
    },
    guesses=(
        "The web service knows its customers by HTTP Basic, with the client id and secret of the REST service.",
        f"A message of the web service has at most {web_service.ITEMS_MOST} items, else E9996.",
        "Ids of service groups are their places in the list; services are described in English whatever the language.",
        "The DataTransfer folder, its files and its answers are our own design: the carrier's grammar is not public. "
        "It is reached over HTTP here.",
        "The online page's form is our own; its messages are kinds 1 and 2, its labels have the Post's licence.",
    ),
    deviations=(
        "The web service has neither GenerateSingleBarcodes nor GenerateBarcode for the online consignment note.",
    ),
    static={
        "describe_web_service": Static.ASKED,
        "online_form": Static.ALWAYS,
        "own_online_form": Static.ALWAYS,
    },
    settings=declared({}, {"data_transfer_after_ms": drop_folder.AFTER_MS}),
    switches={"data_transfer_after_ms": ", ".join(map(str, drop_folder.AFTER_MS[:1])) + ", 0 to 86400000"},
)
