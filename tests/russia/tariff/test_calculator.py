"""The calculator over the wire: a whole recorded answer, both versions, every form, its errors and dictionaries."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcelproof.simulators.postal_api.russia.tariff import country_limits
from parcelproof.simulators.postal_api.russia.tariff.objects import BY_WORD, MAIL_TYPES, objects
from parcelproof.simulators.postal_api.russia.tariff.rates import KINDS
from parcelproof.simulators.postal_api.russia.tariff.services import FLAGS, services

from .conftest import Calculator

SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
BOTH = "/v2/calculate/tariff/delivery"
PRICE = "/v2/calculate/tariff"
RECORDED = "json=json&object=3000&from=344038&to=115162&weight=100&service=&errorcode=1&date=20221006&time=0230"
PARCEL = "json&object=27030&from=344038&to=115162&weight=1000"


def test_the_recorded_answer_comes_out(calculator: Calculator) -> None:
    found = calculator.ask(BOTH, RECORDED)
    expected = {
        "version_api": 2,
        "caption": "Расчет тарифов, контрольных сроков доставки",
        "id": 3000,
        "name": "Бандероль простая",
        "mailtype": 3,
        "mailctg": 0,
        "directctg": 1,
        "weight": 100,
        "from": 344038,
        "to": 115162,
        "date": 20221006,
        "time": 23000,
        "transtype": 1,
        "transname": "наземно",
        "ground": {"val": 4200, "valnds": 5040, "valmark": 4200},
        "paymark": 4200,
        "pay": 4200,
        "paynds": 5040,
        "ndsrate": 20,
        "nds": 840,
    }
    assert {key: found[key] for key in expected} == expected
    assert [(office["index"], office["tp"]) for office in found["postoffice"]] == [(115162, 2), (344038, 1)]
    assert set(found["items"][0]) == {"id", "name", "serviceon", "serviceoff", "tariff"}
    assert set(found["delivery"]) == {"min", "max", "deadline"}
    assert found["delivery"]["deadline"].endswith("T235900")


def test_parts_of_a_calculation_go_by_their_own_addresses(calculator: Calculator) -> None:
    price, terms = calculator.ask(PRICE, PARCEL), calculator.ask("/v2/calculate/delivery", PARCEL)
    both = calculator.ask(BOTH, PARCEL)
    assert (price["caption"], price["name"]) == ("Расчет тарифов", "Посылка стандарт")
    assert terms["caption"] == "Расчет контрольных сроков доставки"
    assert "delivery" not in price
    assert "pay" not in terms
    assert (both["pay"], both["delivery"]) == (price["pay"], terms["delivery"])


@pytest.mark.parametrize(
    ("form", "kind", "start", "end"),
    [
        ("json", "application/json", "{", "}"),
        ("jsontext", "text/plain", "{", "}"),
        ("text", "text/plain", "[Расчет тарифов, контрольных сроков доставки]", "\n"),
        ("html", "text/html", "<div>", "</div>"),
        ("htmlfull", "text/html", "<!DOCTYPE html>", "</html>"),
        ("easy", "text/plain", "5", ""),
    ],
)
def test_every_form_tells_the_same(calculator: Calculator, form: str, kind: str, start: str, end: str) -> None:
    answer = calculator.get(BOTH, RECORDED.replace("json=json", form))
    text = answer.body.decode()
    assert answer.headers["Content-Type"] == f"{kind};charset=utf-8"
    assert (text.startswith(start), text.endswith(end)) == (True, True)
    if form in ("text", "html", "htmlfull"):
        assert all(word in text for word in ("Исходные данные", "Процесс расчета", "Результат расчета"))
        assert "Бандероль простая" in text
        assert "50.40" in text
    assert form != "easy" or text == "5040"
    assert form != "jsontext" or json.loads(text)["paynds"] == 5040


def test_a_service_is_a_step_that_adds_to_the_sum(calculator: Calculator) -> None:
    bare = calculator.ask(BOTH, PARCEL)
    found = calculator.ask(BOTH, PARCEL + "&service=2,20,21,63,2&pack=10")
    on = {number: item for item in found["items"] for number in item["serviceon"]}
    assert on[20]["name"] == "СМС-уведомление о прибытии в отделение"
    assert on[21]["name"] == "СМС-уведомление о вручении"
    added = sum(on[number]["tariff"]["val"] for number in (2, 20, 21))
    assert found["service"]["val"] == added
    assert found["pay"] == bare["pay"] + added
    assert calculator.ask(BOTH, PARCEL + "&service=27&pack=40")["pay"] > bare["pay"]
    once, twice = (calculator.ask(BOTH, PARCEL + f"&service={number}") for number in ("22", "22,23"))
    assert once["pay"] == twice["pay"] > bare["pay"]  # two names of one service


@SHARED
@given(
    st.sampled_from(sorted(objects())),
    st.integers(1, 3_000),
    st.lists(st.sampled_from(sorted(services())), max_size=6),
    st.integers(1, 10**7),
)
def test_the_sums_of_any_calculation_agree(
    calculator: Calculator, number: int, weight: int, wanted: list[int], value: int
) -> None:
    where = "country=276" if number % 10 else "to=115162"
    query = (
        f"json&object={number}&from=344038&{where}&weight={weight}&sumoc={value}&service={','.join(map(str, wanted))}"
    )
    answer = calculator.get(BOTH, query)
    found = json.loads(answer.body)
    if answer.status == 400:
        assert found["errors"][0]["code"] in (1202, 1372, 1378, 1332)
        return
    assert found["id"] == number
    parts = [found[part] for part in ("ground", "avia", "cover", "service") if part in found]
    assert found["pay"] == sum(part["val"] for part in parts)
    assert found["paynds"] == sum(part["valnds"] for part in parts) == found["pay"] + found["nds"]
    steps = [item["tariff"]["val"] for item in found["items"] if "tariff" in item]
    assert found["pay"] == sum(steps)


def test_abroad_the_country_decides(calculator: Calculator) -> None:
    near = calculator.ask(PRICE, "json&object=4031&from=101000&country=112&weight=1000")
    far = calculator.ask(PRICE, "json&object=4031&from=101000&country-to=840&weight=1000")
    assert near["paynds"] < far["paynds"]
    assert (near["directctg"], near["country-to"]) == (2, 112)
    by_air = calculator.ask(PRICE, "json&object=4031&from=101000&country=112&weight=1000&isavia=2")
    assert (by_air["transname"], "avia" in by_air) == ("авиа", True)
    assert by_air["paynds"] > near["paynds"]


def test_version_1_says_it_in_its_own_shape(calculator: Calculator) -> None:
    triple = "json&typ=2&cat=2&dir=0&weight=20&date=20260801&sumoc=10000&from=101000&to=190000&closed=1&service=2,21"
    found = calculator.ask("/tariff/v1/calculate", triple)
    assert (found["id"], found["typ"], found["transid"], found["date"]) == (2020, 2, 1, 20260801)
    assert [next(part for part in ("ground", "cover", "service") if part in line) for line in found["tariff"]] == [
        "ground",
        "cover",
        "service",
        "service",
    ]
    assert found["cover"] == {"val": 300, "valnds": 366, "valmark": 300}
    asked = "json&errorcode=1&object=23020&date=20260801&time=2300&from=101000&to=190000&county=643"
    terms = calculator.ask("/delivery/v1/calculate", asked)  # a client asks terms without a weight or a value
    assert terms["delivery"]["min"] > 0
    assert calculator.ask("/v2/calculate/delivery", asked)["delivery"]["min"] == terms["delivery"]["min"]


def test_services_are_sold_by_themselves(calculator: Calculator) -> None:
    found = calculator.ask("/tariff/v1/calculate", "json&object=1000&from=101000&sum=100000")
    assert found["pay"] == 8_000 + 1_700
    lines = calculator.ask(PRICE, "json&object=311000&count=7")
    assert (lines["pay"], lines["paynds"]) == (3_150, 3_843)
    assert calculator.error(PRICE, "object=1040")["code"] == 1201


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("from=344038&to=115162&weight=1000", 1201),
        ("object=99999&from=344038&to=115162&weight=1000", 1205),
        ("object=x&from=344038&to=115162&weight=1000", 1366),
        ("object=27030&to=115162&weight=1000", 1301),
        ("object=27030&from=344038&to=&weight=1000", 1301),
        ("object=27030&from=344038&to=900000&weight=1000", 1301),
        ("object=27030&from=900000&to=115162&weight=1000", 1207),
        ("object=27030&from=344038&to=115162", 1201),
        ("object=27030&from=344038&to=115162&weight=-1", 1366),
        ("object=27030&from=344038&to=115162&weight=0", 1377),
        ("object=27030&from=344038&to=115162&weight=20001", 1378),
        ("object=27020&from=344038&to=115162&weight=1000", 1201),
        ("object=27030&from=344038&to=115162&weight=1000&service=999", 1202),
        ("object=27030&from=344038&to=115162&weight=1000&service=a", 1202),
        ("object=27030&from=344038&to=115162&weight=1000&date=20261301", 1203),
        ("object=27030&from=344038&to=115162&weight=1000&date=soon", 1203),
        ("object=27030&from=344038&to=115162&weight=1000&time=9999", 1203),
        ("object=27030&from=344038&to=115162&weight=1000&country=276", 1340),
        ("object=27030&from=344038&to=115162&weight=1000&pack=5", 1200),
        ("object=27030&from=344038&to=115162&weight=1000&size=1x2", 1200),
        ("object=27030&from=344038&to=115162&weight=1000&isavia=7", 1200),
        ("object=4031&from=344038&weight=1000", 1334),
        ("object=4031&from=344038&weight=1000&country=999", 1210),
        ("object=47020&from=117042&to=912521&weight=1000&sumoc=1", 2006),
        ("object=52030&from=101000&to=689000&weight=1000", 1372),
    ],
)
def test_every_error_has_its_code(calculator: Calculator, query: str, code: int) -> None:
    found = calculator.error(BOTH, f"json&errorcode=1&{query}")
    assert found["code"] == code
    assert found["msg"]


@pytest.mark.parametrize("name", ["object", "weight", "sumoc", "from", "to", "service", "date", "time", "pack", "size"])
@pytest.mark.parametrize("told", ["²", "١", "1e3", "0x1", " ", "9" * 30])
def test_what_only_looks_like_a_number_is_refused(calculator: Calculator, name: str, told: str) -> None:
    query = dict(part.partition("=")[::2] for part in PARCEL.split("&"))
    assert calculator.get(BOTH, urlencode({**query, name: told})).status in (200, 400)
    abroad = {"object": "4031", "from": "101000", "country": "112", "weight": "1000", name: told}
    assert calculator.get(BOTH, urlencode(abroad)).status in (200, 400)


def test_a_locker_is_named_where_a_product_cannot_go(calculator: Calculator) -> None:
    found = calculator.error(PRICE, "object=47020&from=117042&to=912521&weight=1000&sumoc=1")
    assert "нельзя доставить в почтомат" in found["msg"]


def test_errors_of_both_versions_and_both_readings_of_the_codes(calculator: Calculator) -> None:
    old = calculator.ask("/tariff/v1/calculate", "json&object=23030&to=101000&weight=1", status=400)
    assert old["caption"] == "Ошибки тарификации"
    assert old["error"] == [f"{old['errors'][0]['msg']} (1301)"]
    calculator.settings("mine", error_codes="asked", v1_error_status=200)
    calculator.ask("/~mine/tariff/v1/calculate", "json", status=200)
    (bare,) = calculator.ask("/~mine/v2/calculate/tariff", "json", status=400)["errors"]
    assert "code" not in bare
    (coded,) = calculator.ask("/~mine/v2/calculate/tariff", "json&errorcode=1", status=400)["errors"]
    assert coded["code"] == 1201
    assert calculator.error(PRICE, "json")["code"] == 1201  # the public world is as it was


ODD = st.sampled_from(["", "101000", "²", "1,2", "٣"])
WORDS = st.one_of(st.text(max_size=12), st.integers(-5, 10**20).map(str), ODD)
NAMES = (
    "object typ cat dir from to weight sumoc sumnp service date time country pack size isavia count sum id category "
    "postoffice errorcode json easy"
)
PATHS = ["/v2/calculate/tariff", BOTH, "/tariff/v1/calculate", "/v2/dictionary/category", "/v2/dictionary/country/x",
         "/v2/dictionary/object/tariff/delivery", "/v2/dictionary/postoffice", "/tariff/v1/dictionary"]  # fmt: skip


@SHARED
@given(st.sampled_from(PATHS), st.dictionaries(st.sampled_from(NAMES.split()), WORDS))
def test_any_query_is_answered_or_refused(calculator: Calculator, path: str, query: dict[str, str]) -> None:
    assert calculator.get(path, urlencode(query)).status in (200, 400)


# -- dictionaries


def test_the_tree_of_categories_leads_to_every_object(calculator: Calculator) -> None:
    roots = calculator.ask("/v2/dictionary/category", "json")["category"]
    children = [child["id"] for root in roots for child in root["child"]]
    seen: set[int] = set()
    for number in children:
        found = calculator.ask("/v2/dictionary/object/tariff/delivery", f"json&id={number}")
        assert {"id", "name", "desc", "object"} <= set(found)
        seen |= {one["id"] for one in found["object"]}
        for one in found["object"]:
            assert one["params"]
    assert set(objects()) <= seen
    for number in (0, 100, 200, 400, 612):
        assert calculator.ask("/v2/dictionary/category", f"json&id={number}")


@pytest.mark.parametrize(
    ("path", "query"),
    [("/tariff/v1/dictionary", "json&category=all"), ("/v2/dictionary/tariff/delivery", "category=all&json=1")],
)
def test_clients_walk_from_categories_to_services(calculator: Calculator, path: str, query: str) -> None:
    for root in calculator.ask(path, query)["category"]:
        described = calculator.ask(path, f"json&category={root['id']}")
        assert [one["id"] for one in described["category"]] == [child["id"] for child in root["child"]]
        for child in root["child"]:
            for one in calculator.ask(path, f"json&object={child['id']}")["object"]:
                assert one["name"]
    one = calculator.ask(path, "json&object&typ=23&cat=3&dir=0")
    assert [found["id"] for found in one["object"]] == [23030]


def test_countries_are_all_there_with_germany_as_recorded(calculator: Calculator) -> None:
    every = calculator.ask("/v2/dictionary/country", "json")["country"]
    assert len(every) == 255  # all but Russia
    assert [one["name"] for one in every] == sorted(
        (one["name"] for one in every), key=lambda name: str(name).replace("Ё", "Е")
    )
    assert calculator.ask("/tariff/v1/dictionary", "json&country")["country"] == every
    assert calculator.ask("/v2/dictionary/tariff/delivery", "country=0&json=1")["country"] == every
    (germany,) = calculator.ask("/v2/dictionary/country/276", "json")["country"]
    assert germany["name"] == "ГЕРМАНИЯ"
    parcel: dict[str, Any] = germany["parcel"]
    assert parcel["sizemax"] == {"x": 105, "y": 105, "z": 105}
    assert (parcel["wmax"], parcel["linemax"], parcel["oc-rate"], parcel["oc-max"]) == (20_000, 200, 3.33, 5_020_400)
    assert (germany["packet"]["wmax"], germany["ems"]["wmax"]) == (2_000, 30_000)
    assert [one["id"] for one in calculator.ask("/v2/dictionary/country", "json&id=36,40")["country"]] == [36, 40]


def test_services_and_offices_are_looked_up(calculator: Calculator) -> None:
    every = calculator.ask("/v2/dictionary/service", "json")["service"]
    assert len(every) == len(services())
    assert [one["id"] for one in calculator.ask("/v2/dictionary/service", "json&id=48,110")["service"]] == [48, 110]
    assert set(FLAGS) <= set(services())
    (office,) = calculator.ask("/v2/dictionary/postoffice", "json&id=115162")["postoffice"]
    assert (office["index"], office["regionid"]) == (115162, 77)
    assert calculator.error("/v2/dictionary/postoffice", "json")["msg"] == "Не указан код почтового объекта"
    assert calculator.error("/v2/dictionary/postoffice", "json&id=900000")["code"] == 1207


@pytest.mark.parametrize("form", ["html", "text", "jsontext", "easy"])
@pytest.mark.parametrize("path", ["/v2/dictionary/category", "/v2/dictionary/service", "/v2/dictionary/country"])
def test_dictionaries_come_in_every_form(calculator: Calculator, path: str, form: str) -> None:
    assert calculator.get(path, form).body


def test_tables_fit_together() -> None:
    assert country_limits.main(["--check"]) == 0
    assert {sent.word for sent in objects().values()} | {"HYPER_CARGO"} == set(KINDS) == set(BY_WORD)
    assert all(number in MAIL_TYPES for number in BY_WORD.values())
    assert len({sent.name for sent in objects().values()}) == len(objects())
