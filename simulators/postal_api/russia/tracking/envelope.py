"""Messages of both services: taken apart once per call, answered with the prefixes that clients have hard-coded.

Wire contract: `postal_api_russia` §4.2 to §4.6.
"""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from ....wire.call import Answer, Call
from ....wire.soap.envelopes import Version, WrongVersion, enclosed, opened, text_of
from ....wire.soap.faults import fault
from ....wire.soap.parsing import Malformed

SPACES = {
    "ns2": "http://russianpost.org/sms-info/data",
    "ns3": "http://russianpost.org/operationhistory/data",
    "ns4": "http://schemas.xmlsoap.org/soap/envelope/",
    "ns5": "http://www.russianpost.org/custom-duty-info/data",
    "ns6": "http://www.russianpost.org/RTM/DataExchangeESPP/Data",
    "ns7": "http://russianpost.org/operationhistory",
}
SMS, DATA, DUTY, ESPP, HISTORY = (SPACES[prefix] for prefix in ("ns2", "ns3", "ns5", "ns6", "ns7"))
POSTSERVER, FCLIENT = "http://fclient.russianpost.org/postserver", "http://fclient.russianpost.org"
BATCH_SPACES = {"ns2": POSTSERVER, "ns3": FCLIENT}
RUS, ENG = "RUS", "ENG"
LANGUAGES = {RUS: "Русский", ENG: "English"}
NOTE = "tracking.message"
MONEY = "PostalOrderEventsForMail"  # whose faults have a shape of their own


@dataclass(frozen=True, slots=True)
class Message:
    """The one element of a call's body, and who says so."""

    content: Any
    login: str
    password: str

    @property
    def name(self) -> str:
        return str(etree.QName(self.content).localname)


def read(call: Call, version: Version, *header: str) -> Message | Answer:
    """Take a call's body apart; login and password stand below `header`. What cannot be read is a fault."""
    try:
        content = opened(call.body, version).content
    except WrongVersion as error:
        return fault(version, "VersionMismatch", f"Couldn't create SOAP message. {error}")
    except Malformed as error:
        return fault(version, "Sender", f"Couldn't create SOAP message. {error}")
    message = Message(content, text_of(content, *header, "login"), text_of(content, *header, "password"))
    call.notes[NOTE] = message
    return message


def message_of(call: Call) -> Message:
    """Return what `read` took apart."""
    found = call.notes[NOTE]
    assert isinstance(found, Message)
    return found


def response(name: str) -> Any:
    """Return the empty response element of single access, all prefixes declared on it."""
    return etree.Element(f"{{{HISTORY}}}{name}Response", nsmap=SPACES)


def answered(root: Any) -> Answer:
    return enclosed(Version.SOAP_12, root)


def refused(detail: Any) -> Answer:
    """Return a fault of single access."""
    return fault(Version.SOAP_12, "Receiver", "Error", detail)


def reason(kind: str, words: str) -> Any:
    """Return `ns3:<kind>FaultReason`."""
    root = etree.Element(f"{{{DATA}}}{kind}FaultReason", nsmap=SPACES)
    root.text = words
    return root
