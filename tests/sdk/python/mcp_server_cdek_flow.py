"""The client part of PyPI `mcp-server-cdek`: in real time, polling by itself; one token for its whole life."""

from datetime import date
from pathlib import Path
from typing import Any

from mcp_server_cdek import OrderRequest, cdek_api
from stage import ROOT, SECRET, TENANT, control, tell

cdek_api.BASE_URL = f"{ROOT}/v2"
MOSCOW, PETERSBURG = 44, 137


def refused(call: Any, *words: Any) -> str:
    try:
        made = call(*words)
    except RuntimeError as error:
        return str(error)
    raise AssertionError(f"no exception: {made!r}")


def order(number: str) -> dict[str, Any]:
    item = {"name": "Чайник", "ware_key": "T", "payment": {"value": 500}, "cost": 500, "weight": 700, "amount": 2}
    made = OrderRequest.model_validate(
        {
            "number": number,
            "tariff_code": 139,
            "sender": {"name": "Иван", "phones": [{"number": "+79161112233"}]},
            "recipient": {"name": "Анна", "phones": [{"number": "+79213334455"}]},
            "from_location": {"code": MOSCOW, "address": "Тверская ул., 1"},
            "to_location": {"code": PETERSBURG, "address": "Невский пр., 28"},
            "packages": [{"number": "1", "weight": 1500, "length": 30, "width": 20, "height": 10, "items": [item]}],
        }
    )
    sent: dict[str, Any] = made.model_dump(exclude_none=True)
    return sent


def pickups(api: cdek_api.CdekAPI, uuid: str) -> None:
    days = api.get_intake_available_days(MOSCOW)["date"]
    wish = {"order_uuid": uuid, "intake_date": days[-1], "intake_time_from": "10:00", "intake_time_to": "18:00"}
    made = api.create_intake(wish)["entity"]["uuid"]
    tell(
        "pickups",
        days=len(days),
        of_order=[intake["uuid"] == made for intake in api.get_order_intakes(uuid)],
        found=api.get_intake(made)["entity"]["intake_date"] == days[-1],
        unknown_wish=refused(api.update_intake, made, "NO_SUCH_CODE"),
        gone=api.delete_intake(made)["requests"][0]["type"],
    )


def archive(api: cdek_api.CdekAPI, uuid: str) -> None:
    """Hand the parcel over, then fetch the photos of its papers; ask what may go abroad besides."""
    control("POST", f"/parcels/{uuid}/scans", {"code": "DELIVERED"})
    link = api.request_photo_documents({"orders": [{"order_uuid": uuid}]})["orders"][0]["link"]
    item = {"name": "Чайник", "ware_key": "T", "cost": 500, "weight": 700, "amount": 1}
    abroad = {
        "tariff_code": 139,
        "from_location": {"code": MOSCOW},
        "to_location": {"code": PETERSBURG},
        "packages": [{"weight": 1500, "items": [item]}],
    }
    tell(
        "archive",
        zip=api.download_photo_archive(link.rpartition("/")[2])[:2].decode(),
        restrictions=len(api.get_international_restrictions(abroad)["packages"]),
    )


def main(api: cdek_api.CdekAPI) -> None:
    tell("token", wrong=refused(cdek_api.CdekAPI, TENANT, "wrong"))
    city = api.find_city_code("Москва")
    control("PATCH", "", {"settings": {"postalcodes_shape": "list", "coordinates_shape": "list"}})
    tell(
        "geography",
        city=city,
        points=len(api.find_delivery_points(city)),
        regions=[len(api.find_regions("RU", 3, page)) for page in (0, 1)],
        codes=api.find_postalcodes(city),
        at=[found["code"] for found in api.find_by_coordinates(59.94, 30.31)],
        suggested=[found["code"] for found in api.suggest_cities("Санкт", "RU")],
    )
    way = {"from_location": {"code": MOSCOW}, "to_location": {"code": PETERSBURG}}
    asked = {**way, "packages": [{"weight": 1500}]}
    both = api.calculate_tariff_and_service({**asked, "services": [{"code": "SMS", "parameter": "+79990000000"}]})
    tell(
        "tariff",
        one=api.calculate_tariff({**asked, "tariff_code": 139})["total_sum"],
        list=len(api.calculate_tarifflist(asked)["tariff_codes"]),
        both=both,
        all=len(api.get_all_tariffs()["tariff_codes"]),
    )
    photos = [{"code": "PHOTO_OF_DOCUMENTS"}]
    uuid = api.create_order({**order("M-1"), "services": photos, "comment": "[story: stuck]"})
    entity = api.poll_order(uuid)
    number = entity["cdek_number"]
    by_number, by_shop = api.get_order_by_cdek_number(int(number)), api.get_order_by_im_number("M-1")
    tell("create", uuid=uuid, number=number, same=[by_number["entity"]["uuid"], by_shop["entity"]["uuid"]])
    spare = api.create_order(order("M-2"))  # its number comes while the client waits for the form
    Path("label.pdf").write_bytes(api.download_label(number, "A5"))
    waybill = api.start_waybill(number)
    states = [status["code"] for status in api._get(f"/print/orders/{waybill}").json()["entity"]["statuses"]]
    tell("documents", number=number, waybill=states)
    hook = api.create_webhook("PRINT_FORM", "http://127.0.0.1:9/hook")["entity"]["uuid"]
    tell("webhooks", one=api.get_webhook(hook)["entity"], gone=api.delete_webhook(hook), left=api.list_webhooks())
    day = date(2026, 3, 2).isoformat()
    checks = [api.get_checks(cdek_number=number), api.get_checks(date=day)]
    tell("money", registries=api.get_registries(day), checks=checks)
    pickups(api, spare)
    archive(api, uuid)
    refusing = api.order_refusal(api.create_order(order("M-3")))
    deleted = api.delete_order(spare)
    tell("ways back", refused=refusing["requests"][0]["type"], deleted=deleted["requests"][0]["type"])
    tell(
        "errors",
        order=refused(api.get_order, "00000000-0000-4000-8000-000000000000"),
        number=refused(api.get_order_by_cdek_number, 1),
        at_once=refused(api.create_order, {}),
        early_return=refused(api.client_return, spare, 139),
    )


if __name__ == "__main__":
    main(cdek_api.CdekAPI(TENANT, SECRET))
