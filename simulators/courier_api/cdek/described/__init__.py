"""CDEK's wire as we declare it: every route, what it takes, every answer. The OpenAPI document is made of this.

Shapes are written down from the contract (`courier_api` §1), so that they and the code that answers can show each other
wrong; lists of codes and limits are the package's own tables.
"""

from ....wire.description import Description
from . import orders, papers, pickups, places, prices, settlement

TEXT = """\
The CDEK API v2 as this simulator has it; `parcelproof carriers cdek` tells the sources and what is guessed.

Writes are taken in with 202 and done a moment later: read the entity again. Bodies are read leniently: numbers as \
text and back, one object for a list, further members; this document names what is documented. Switches of a tenant \
change statuses and shapes; the shapes here allow for all of them."""

DESCRIPTION = Description(
    title="CDEK API v2, simulated",
    text=TEXT,
    security={
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "From POST /v2/oauth/token.",
        }
    },
    operations={
        **orders.OPERATIONS,
        **pickups.OPERATIONS,
        **papers.OPERATIONS,
        **places.OPERATIONS,
        **prices.OPERATIONS,
        **settlement.OPERATIONS,
    },
)
