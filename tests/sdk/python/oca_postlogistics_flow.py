"""PyPI `odoo-addon-delivery-postlogistics`: the OCA add-on, unmodified over a stub of Odoo, its two addresses set."""

import base64
import io
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import odoo_stub
from stage import SECRET, TENANT, advance, control, tell

odoo_stub.install()

from lxml.etree import ParserError  # noqa: E402
from odoo.addons.delivery_postlogistics.models.stock_package_type import PackageType  # noqa: E402
from odoo.addons.delivery_postlogistics.models.stock_picking import StockPicking  # noqa: E402
from odoo.addons.delivery_postlogistics.models.stock_quant_package import StockQuantPackage  # noqa: E402
from odoo.addons.delivery_postlogistics.postlogistics import web_service  # noqa: E402
from odoo_stub import Env, Nothing, Records, UserError  # noqa: E402
from PIL import Image  # noqa: E402
from requests import ConnectionError  # noqa: E402

ROOT = f"{os.environ['SDK_ROOT']}/swiss-post"
web_service.AUTH_URL = f"{ROOT}/OAuth/token"
web_service.GENERATE_LABEL_URL = f"{ROOT}/barcode/v1/generateAddressLabel"
Service = web_service.PostlogisticsWebService


def code(of: str) -> SimpleNamespace:
    return SimpleNamespace(code=of)


def partner(name: str, street: str, zip: str, city: str, **more: Any) -> SimpleNamespace:
    found = {
        "name": name,
        "parent_id": Nothing(),
        "street": street,
        "street2": False,
        "zip": zip,
        "city": city,
        "country_id": code("CH"),
        "commercial_company_name": False,
        "phone": False,
        "mobile": False,
        "email": False,
        "lang": "de_CH",
        "postlogistics_notification": "disabled",
        **more,
    }
    return SimpleNamespace(**found)


SHOP = partner("Versandhaus Rhein", "Marktgasse 3", "4051", "Basel")
LEA = partner("Lea Müller", "Bahnhofstrasse 12", "8001", "Zürich", email="lea@example.org", mobile="079 123 45 67")
COMPANY = SimpleNamespace(partner_id=SHOP)


def services(codes: str) -> Any:
    return PackageType(name=codes, shipper_package_code=codes, package_carrier_type="postlogistics")


def carrier(**changes: Any) -> SimpleNamespace:
    found = {
        "env": Env(COMPANY),
        "name": "PostLogistics",
        "postlogistics_client_id": TENANT,
        "postlogistics_client_secret": SECRET,
        "postlogistics_label_layout": code("A6"),
        "postlogistics_output_format": code("PDF"),
        "postlogistics_resolution": code("300"),
        "postlogistics_license_id": SimpleNamespace(number="60013217"),
        "postlogistics_tracking_format": "postlogistics",
        "postlogistics_default_package_type_id": services("PRI"),
        "postlogistics_proclima_logo": False,
        "postlogistics_office": "4051 Basel",
        "postlogistics_logo": False,
        "zpl_patch_string": "^XA^CW0,E:TT0003M_.TTF^XZ^XA^CI28",
        "prod_environment": True,
        **changes,
    }
    return SimpleNamespace(**found)


def picking(name: str, packages: tuple[Any, ...] = (), to: Any = LEA, by: Any = None, **changes: Any) -> Any:
    """Return a picking of the add-on's own class, with an environment that knows its packages and keeps its labels."""
    labels: list[Any] = []
    lines = Records(SimpleNamespace(result_package_id=one, package_id=Nothing()) for one in packages)
    env = Env(COMPANY)
    env["stock.move.line"] = SimpleNamespace(search=lambda domain: lines)
    env["stock.quant.package"] = SimpleNamespace(browse=lambda ids: Records(one for one in packages if one.id in ids))
    env["shipping.label"] = SimpleNamespace(create=labels.append)
    fields = {
        "id": 1,
        "name": name,
        "env": env,
        "company_id": COMPANY,
        "partner_id": to,
        "carrier_id": by or carrier(),
        "delivery_type": "postlogistics",
        "picking_type_id": code("outgoing"),
        "shipping_weight": 1.2,
        "carrier_tracking_ref": False,
        "delivery_mobile": False,
        "delivery_phone": False,
        "delivery_fixed_date": False,
        "delivery_place": False,
        "get_shipping_label_values": lambda label: label,
        "made": labels,
        **changes,
    }
    return StockPicking(**fields)


def package(number: int, codes: str = "PRI", **changes: Any) -> Any:
    fields = {"id": number, "name": f"PACK{number:04}", "parcel_tracking": False, "shipping_weight": 0.8, **changes}
    return StockQuantPackage(package_type_id=services(codes), **fields)


def sent(one: Any) -> list[dict[str, Any]]:
    """Make the labels as a user does, and keep each as a file."""
    one.generate_postlogistics_shipping_labels()
    for label in one.made:
        Path(label["name"]).write_bytes(base64.b64decode(label["file"]))
    return [{"name": label["name"], "type": label["file_type"], "package": label["package_id"]} for label in one.made]


def refused(one: Any) -> str:
    """Return what a user is told; an answer that the client does not expect ends in an exception of another kind."""
    try:
        one.generate_postlogistics_shipping_labels()
    except (UserError, KeyError, ParserError, ConnectionError) as error:
        return f"{type(error).__name__}: {error}"
    raise AssertionError("no exception")


def forget_token() -> None:
    Service.access_token = Service.access_token_expiry = False


def main() -> None:
    one = picking("WH/OUT/00042")
    labels = sent(one)
    first = Service.access_token
    tell("label", labels=labels, number=one.carrier_tracking_ref)
    again = picking("WH/OUT/00043", to=partner("Bern AG | Lager", "Weg <1>", "3011", "Bern", street2="Hinterhof"))
    tell("again", labels=sent(again), number=again.carrier_tracking_ref, kept=Service.access_token == first)

    two = (package(1), package(2, "ECO,SI,ZAW3212"))
    many = picking("WH/OUT/00044", two, by=carrier(postlogistics_tracking_format="picking_num"))
    tell("packages", labels=sent(many), packages=[one.parcel_tracking for one in two], number=many.carrier_tracking_ref)

    logo = io.BytesIO()
    Image.new("P", (94, 50)).save(logo, "PNG")
    fine = {"postlogistics_output_format": code("ZPL2"), "postlogistics_resolution": code("200")}
    zpl = picking("WH/OUT/00045", by=carrier(**fine))
    tell("zpl", labels=sent(zpl), number=zpl.carrier_tracking_ref)
    drawn = {"postlogistics_logo": base64.b64encode(logo.getvalue()), "postlogistics_proclima_logo": True}
    png = picking("WH/OUT/00046", by=carrier(postlogistics_output_format=code("PNG"), **drawn))
    tell("png", labels=sent(png), number=png.carrier_tracking_ref)

    by_phone = partner("Ugo", "Via 1", "6900", "Lugano", phone="091 123 45 67", postlogistics_notification="phone")
    phoned = picking("WH/OUT/00047", to=by_phone)
    dated = picking("WH/OUT/00048", (package(3, "PRI,ZAW3217"),), delivery_fixed_date="2026-12-24", shipping_weight=0.5)
    tell("services", phoned=sent(phoned), dated=sent(dated))

    back = picking("WH/IN/00049", by=carrier(postlogistics_default_package_type_id=services("GAS,ECO")))
    back.picking_type_id = code("incoming")
    back.location_dest_id = SimpleNamespace(company_id=COMPANY)
    tell("back", labels=sent(back), number=back.carrier_tracking_ref)

    specimen = picking("WH/OUT/00050", by=carrier(prod_environment=False))
    tell("specimen", labels=sent(specimen), number=specimen.carrier_tracking_ref)

    lost_zip = partner("Lea", "Weg 1", "80A1", "Zürich")
    wrong_codes = carrier(postlogistics_default_package_type_id=services("ECO,PRI"))
    license = carrier(postlogistics_license_id=SimpleNamespace(number="1"))
    long = partner("Lea", "Weg 1", "8001", "Zürich", mobile="0" * 30, postlogistics_notification="sms")
    numbered = picking("WH/OUT/00099", by=carrier(postlogistics_tracking_format="picking_num"))
    sent(numbered)
    tell(
        "errors",
        zip=refused(picking("E1", to=lost_zip)),
        codes=refused(picking("E2", by=wrong_codes)),
        taken=refused(numbered),
        schema=refused(picking("E3", to=long)),
        license=refused(picking("E4", by=license)),
    )

    control("PATCH", "", {"settings": {"swiss_post": {"license_errors": "item"}}})
    tell("license", said=refused(picking("E4", by=license)))

    stale = Service.access_token
    advance(seconds=61)
    tell("stale", said=refused(picking("E5")), same=Service.access_token == stale)
    forget_token()
    tell("renewed", labels=sent(picking("WH/OUT/00051")))
    forget_token()
    wrong = carrier(postlogistics_client_secret="wrong")
    tell("secret", said=refused(picking("E6", by=wrong)))
    forget_token()
    control("POST", "/faults", {"carrier": "swiss_post", "operation": "token", "kind": "status", "status": 503})
    tell("outage", said=refused(picking("E7")))
    control("DELETE", "/faults")
    lost = picking("WH/OUT/00052")
    fault = {"kind": "reset", "point": "after", "times": 1}
    control("POST", "/faults", {"carrier": "swiss_post", "operation": "generate_address_label", **fault})
    tell("lost", said=refused(lost), again=sent(lost))
    control("PATCH", "", {"settings": {"swiss_post": {"billing_relation": "no"}}})
    tell("relation", said=refused(picking("E8")))


if __name__ == "__main__":
    main()
