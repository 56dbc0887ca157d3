"""The share of the carrier sheet that forms, documents and customs have."""

from ....wire.carrier import Fidelity, Static
from ..currencies import SDR_IN_HUNDREDTHS

_RATED = ", ".join(sorted(SDR_IN_HUNDREDTHS))
FIDELITY = {
    "f7": Fidelity.DOCUMENTED,
    "f112": Fidelity.DOCUMENTED,
    "forms_before_batching": Fidelity.DOCUMENTED,
    "forms_after_batching": Fidelity.DOCUMENTED,
    "f103": Fidelity.DOCUMENTED,
    "zip_all": Fidelity.DOCUMENTED,
    "completeness_form": Fidelity.DOCUMENTED,
    "easy_return": Fidelity.DOCUMENTED,
}
STATIC: dict[str, Static] = {"read_authority": Static.ALWAYS}
GUESSES = (
    "What forms tell is the contract's as far as it is known; where each thing stands on them is ours.",
    "Export.csv and Export.xls have the order's fields as columns, as their real columns are unknown.",
    "An item that is accepted after its list was closed is extra on the list that is open at its office then; where "
    "none is, it stands on no act.",
    "Which kind of post has which variant of F103 (103, 103-п, 103-БК, 103-к) is a guess.",
    "The name of the electronic list is its office, the year, the month: the parts' meaning is inferred.",
    "The combined PDF inside zip-all is called forms.pdf, and forms of an order that lies in no batch answer 404 with "
    "ShipmentTuple: neither name is known.",
    "No call for customs forms alone is known: CN22 or CN23 comes among an order's forms.",
    "A customs entry's weight is that of all its pieces, its value that of one, in hundredths of the currency's unit "
    "whichever it is.",
    "A customs declaration's currency that is missing, or no code of ISO 4217 in capitals, is refused with UNDEFINED: "
    "the code and the words are ours.",
    f"What 300 SDR are in {_RATED} follows from rates of our own; goods in any other currency but RUB need CN23.",
    "An asked form that an order does not have, such as F112 without cash on delivery, answers 400 with code 1002.",
)
DEVIATIONS = (
    "Signatures use P-256 and SHA-256 by a throw-away authority of the tenant, where real ones use GOST algorithms.",
    "The customs service is a double: hours, questions and what it finds illegal are ours.",
    "Signed documents, acceptance by lines, act, invoice and answers to customs are read below /parcelproof/v1, "
    "a wire of our own design.",
)
MAGIC = {
    "comment contains [customs: OUTCOME]": "customs decide so: released, questions, refused, silent",
}
