"""The four ways in, in front of one tenant, and one shipment as each of them takes it."""

import json
from base64 import b64encode
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from lxml import etree
from multidict import CIMultiDict, CIMultiDictProxy

from parcelproof.simulators.core.world import World
from parcelproof.simulators.postal_api.swiss import CARRIER
from parcelproof.simulators.postal_api.swiss.consignment import CONSIGNMENTS, Consignment
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.request_line import query_of
from parcelproof.simulators.wire.tenants import WIRE_KINDS, Tenants

from ...carrier_step import answered
from ...described import hold

START_MS = 1_772_442_000_000  # 2026-03-02T09:00:00Z, a Monday
ORIGIN = "http://127.0.0.1:8400/swiss-post"
TYPES = "https://wsbc.post.ch/wsbc/barcode/v2_4/types"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
LABEL = "/barcode/v1/generateAddressLabel"
SERVICE = "/wsbc/barcode/v2_4"
FOLDER = "/data-transfer/v1/folder"

BODY: dict[str, Any] = {
    "language": "EN",
    "frankingLicense": "60013217",
    "customer": {
        "name1": "Versandhaus Rhein",
        "street": "Marktgasse 3",
        "zip": "4051",
        "city": "Basel",
        "country": "CH",
        "domicilePostOffice": "4051 Basel",
    },
    "labelDefinition": {
        "labelLayout": "A6",
        "printAddresses": "RECIPIENT_AND_CUSTOMER",
        "imageFileType": "PDF",
        "imageResolution": 300,
        "printPreview": False,
    },
    "sendingID": "S-1",
    "item": {
        "itemID": "I-1",
        "recipient": {
            "name1": "Lea Müller",
            "street": "Bahnhofstrasse",
            "houseNo": "12",
            "zip": "8001",
            "city": "Zürich",
            "country": "CH",
            "email": "lea@example.org",
        },
        "attributes": {"przl": ["PRI"], "weight": 1200},
    },
}


def body(*notifications: dict[str, Any], **item: Any) -> dict[str, Any]:
    made = deepcopy(BODY)
    made["item"] |= item
    if notifications:
        made["item"]["notification"] = list(notifications)
    return made


def notice(kind: int = 2, **more: Any) -> dict[str, Any]:
    return {
        "communication": {"email": "lea@example.org"},
        "type": "EMAIL",
        "service": kind,
        "language": "DE",
        **more,
    }


OPTIONS = {"deliveryInstructions": ["10", "14", "18", "20"]}
PICTURE = {"dynPic": {"urlPic": "https://shop.example/logo.png", "urlLink": "https://shop.example/"}}
TEXTS = {"freeText1": "Danke für Ihren Einkauf", "freeText2": "Bis bald"}


@dataclass
class Desk:
    """A shop before its carrier. `settings` are its account's."""

    tenants: Tenants
    name: str = "shop"
    _token: str = field(default="", init=False)

    @property
    def world(self) -> World:
        return self.tenants.world(self.name)

    def account(self, **settings: Any) -> None:
        self.world.store.header.settings.setdefault("swiss_post", {}).update(settings)

    def call(self, method: str, path: str, raw: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        path, _, query = path.partition("?")
        given = CIMultiDictProxy(CIMultiDict({**self.basic(), **(headers or {})}))
        answer = answered(CARRIER, self.tenants, Call(method, path, query_of(query), given, raw, ORIGIN))
        hold(CARRIER, method, path, answer)
        return answer

    def basic(self) -> dict[str, str]:
        return {"Authorization": f"Basic {b64encode(f'{self.name}:s'.encode()).decode()}"}

    @property
    def kept(self) -> list[Consignment]:
        return [found for _, found in self.world.store.scan(CONSIGNMENTS)]

    # -- the four ways

    def rest(self, flat: dict[str, Any]) -> dict[str, Any]:
        if not self._token:
            asked = {"grant_type": "client_credentials", "client_id": self.name, "client_secret": "s"}
            form = urlencode({**asked, "scope": "DCAPI_BARCODE_READ"}).encode()
            self._token = json.loads(self.call("POST", "/OAuth/token", form).body)["access_token"]
        bearer = {"Authorization": f"Bearer {self._token}"}
        answer = self.call("POST", LABEL, json.dumps(flat).encode(), bearer)
        return {"status": answer.status, **(json.loads(answer.body) if answer.status == 200 else {})}

    def soap(self, message: str) -> tuple[int, Any]:
        """Post the content of an envelope and return the status and the content of the answer."""
        raw = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{message}</s:Body></s:Envelope>'.encode()
        answer = self.call("POST", SERVICE, raw, {"Content-Type": "text/xml"})
        return answer.status, etree.fromstring(answer.body)[0][0]

    def drop(self, name: str, *flat: dict[str, Any]) -> Answer:
        return self.call("PUT", f"{FOLDER}/{name}", b"".join(json.dumps(one).encode() + b"\n" for one in flat))

    def answers(self, name: str) -> list[dict[str, Any]]:
        """Let the carrier look into the folder and return what it wrote beside a file."""
        while self.world.step(self.world.now_ms + 60_000) is not None:
            pass
        found = self.call("GET", f"{FOLDER}/{name.removesuffix('.ndjson')}.answer.ndjson")
        return [json.loads(line) for line in found.body.splitlines()] if found.status == 200 else []

    def online(self, **fields: str) -> tuple[int, str]:
        path = f"/online/{self.name}"
        answer = self.call("POST", path, urlencode({**ONLINE, **fields}).encode(), {"Authorization": ""})
        return answer.status, answer.body.decode()


ONLINE = {
    "senderName": "Ugo Bianchi",
    "senderStreet": "Via Nassa 1",
    "senderZip": "6900",
    "senderCity": "Lugano",
    "name": "Lea Müller",
    "street": "Bahnhofstrasse",
    "houseNo": "12",
    "zip": "8001",
    "city": "Zürich",
    "service": "PRI",
    "weight": "1200",
    "language": "DE",
    "terms": "accepted",
}


def desk(name: str = "shop") -> Desk:
    tenants = Tenants(
        duties=CARRIER.duties, kinds=(*WIRE_KINDS, *CARRIER.kinds), virtual=True, now_ms=START_MS, seed="7"
    )
    return Desk(tenants, name)


def generate_label(*items: str, language: str = "en", license: str = "60013217", definition: str = "") -> str:
    """Return a GenerateLabel with these items."""
    wanted = definition or (
        "<LabelLayout>A6</LabelLayout><PrintAddresses>RecipientAndCustomer</PrintAddresses>"
        "<ImageFileType>PDF</ImageFileType><ImageResolution>300</ImageResolution><PrintPreview>false</PrintPreview>"
    )
    customer = (
        "<Name1>Versandhaus Rhein</Name1><Street>Marktgasse 3</Street><ZIP>4051</ZIP><City>Basel</City>"
        "<Country>CH</Country><DomicilePostOffice>4051 Basel</DomicilePostOffice>"
    )
    return (
        f'<GenerateLabel xmlns="{TYPES}"><Language>{language}</Language><Envelope>'
        f"<LabelDefinition>{wanted}</LabelDefinition><FileInfos><FrankingLicense>{license}</FrankingLicense>"
        f"<PpFranking>false</PpFranking><Customer>{customer}</Customer></FileInfos>"
        f"<Data><Provider><Sending><SendingID>S-1</SendingID>{''.join(items)}</Sending></Provider></Data>"
        "</Envelope></GenerateLabel>"
    )


def soap_item(*notifications: str, item_id: str = "I-1", przl: str = "PRI", zip: str = "8001", more: str = "") -> str:
    return (
        f"<Item><ItemID>{item_id}</ItemID>{more}<Recipient><Name1>Lea Müller</Name1><Street>Bahnhofstrasse</Street>"
        f"<HouseNo>12</HouseNo><ZIP>{zip}</ZIP><City>Zürich</City><Country>CH</Country>"
        f"<EMail>lea@example.org</EMail></Recipient><Attributes><PRZL>{przl}</PRZL>"
        f"<Dimensions><Weight>1200</Weight></Dimensions></Attributes>{''.join(notifications)}</Item>"
    )


def soap_notice(kind: int = 2, more: str = "", texts: dict[str, str] | None = None) -> str:
    told = "".join(f"<F{name[1:]}>{escape(text)}</F{name[1:]}>" for name, text in (texts or {}).items())
    return (
        '<Notification Type="EMAIL"><Communication><Email>lea@example.org</Email></Communication>'
        f"<Service>{kind}</Service>{told}<Language>de</Language>{more}</Notification>"
    )


def text(element: Any, *path: str) -> str:
    for name in path:
        element = None if element is None else element.find(f"{{{TYPES}}}{name}")
    return "" if element is None else element.text or ""


def items(content: Any) -> list[Any]:
    found: list[Any] = content.findall(f".//{{{TYPES}}}Item")
    return found


def codes(element: Any) -> list[str]:
    return [one.text for one in element.iter(f"{{{TYPES}}}Code")]
