"""The public calculator as we declare it: every route, what it takes, every answer.

Wire contract: `postal_api_russia` §5. The forms of an answer but JSON are not looked into.
"""

from collections.abc import Mapping
from typing import Any

from ....wire.call import JSON
from ....wire.description import BYTES, PLAIN, Content, Described
from ....wire.schemas import NUMBER, Schema, either, one_of, rows, shape, text, whole

HTML = "text/html"
NAME, COUNT, ID = text(1), whole(0), whole(1)
BIT = one_of(0, 1)
DAY = whole(10_101, 99_991_231)  # yyyymmdd
OUTSIDE: dict[int, Content] = {404: {PLAIN: BYTES}, 405: {PLAIN: BYTES}, 413: {PLAIN: BYTES}, 503: {PLAIN: BYTES}}

# -- what is asked

FORMATS = ("json", "jsontext", "text", "html", "htmlfull", "easy")
LOOK: dict[str, Schema] = {"format?": one_of(*FORMATS), "errorcode?": BIT}
DATED: dict[str, Schema] = {"date?": text(like="^20[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])$")}
QUESTION: dict[str, Schema] = {
    "object?": one_of(23030, 27030, 4030, 4040, 27020, 7030, 24030, 2010, 4031, 1000, 305020),
    "typ?": whole(1, 60),
    "cat?": whole(0, 9),
    "dir?": BIT,
    "from?": one_of(101000, 109012, 410012, 685000),
    "to?": one_of(101000, 410012, 630000, 685000),
    "country?": one_of(276, 643, 840, 398),
    "weight?": whole(0, 20_000),
    "sumoc?": whole(0, 10**7),
    "sumnp?": whole(0, 10**7),
    "service?": text(like="^([0-9]{1,2}(,[0-9]{1,2}){0,3})?$"),
    "pack?": one_of(0, 10, 20, 99),
    "size?": text(like="^([1-9][0-9]?x[1-9][0-9]?x[1-9][0-9]?)?$"),
    "isavia?": one_of(0, 1, 2),
    **DATED,
    "time?": text(like="^(0[0-9]|1[0-9]|2[0-3])[0-5][0-9]$"),
    "sum?": whole(0, 10**7),
    "count?": whole(0, 1_000),
    **LOOK,
}
IDS = text(like="^([0-9]{1,3}(,[0-9]{1,3}){0,3})?$")
DICTIONARY: dict[str, Schema] = {
    "category?": either(one_of("all"), whole(0, 700)),
    "object?": either(whole(100, 700), one_of(23030, 4030)),
    "service?": IDS,
    "country?": either(one_of("all"), IDS),
    "postoffice?": one_of(101000, 109012, 410012),
    **DATED,
    **LOOK,
}

# -- what is wrong (E6)

ERROR = shape("CalculatorError", {"msg": NAME, "code?": ID, "type": one_of(1, 2, 3)})
REFUSED = shape("Refused", {"errors": rows(ERROR, 1)})
HEAD_V1: dict[str, Schema] = {"caption": NAME, "version": NAME}
REFUSED_V1 = shape("RefusedV1", {**HEAD_V1, "error": rows(NAME, 1), "errors": rows(ERROR, 1)})

# -- what is calculated

SUM = shape("Sum", {"val": COUNT, "valnds": COUNT, "valmark?": COUNT})
SUMS: dict[str, Schema] = {
    **dict.fromkeys(("ground?", "avia?", "cover?", "service?"), SUM),
    "paymark?": COUNT,
    "pay": COUNT,
    "paynds": COUNT,
    "ndsrate": COUNT,
    "nds": COUNT,
}
DEADLINE = text(like="^[0-9]{8}T235900$")
TERMS = shape("Terms", {"min": COUNT, "max": COUNT, "deadline": DEADLINE})
ITEM = shape(
    "CalculatedItem", {"id": NAME, "name": NAME, "serviceon": rows(ID), "serviceoff?": rows(ID), "tariff": SUM}
)
ENDS: dict[str, Schema] = {"from?": COUNT, "to?": COUNT}
TERMS_ITEM = shape(
    "TermsItem",
    {
        "id": NAME,
        "name": NAME,
        "serviceon": rows(ID),
        **ENDS,
        "delivery": either(shape("Norm", {"min": COUNT, "max": COUNT}), shape("ByHours", {"deadline": DEADLINE})),
    },
)
OFFICE = shape(
    "CalculatorOffice",
    {
        "index": ID,
        "tp?": one_of(1, 2),
        "type": one_of(3, 26),
        "typei": one_of(1),
        "name": NAME,
        "regionid": ID,
        **dict.fromkeys(("region-main", "area-main", "pvz", "item-check-view", "move"), BIT),
        **dict.fromkeys(("placeid", "parent", "root", "box", "weight-max", "pack-max", "cutoff"), ID),
        "courier": COUNT,
    },
)
HEAD: dict[str, Schema] = {"version_api": one_of(2), "version": NAME, "caption": NAME}
CALCULATED: dict[str, Schema] = {
    **HEAD,
    "id": ID,
    "name": NAME,
    "mailtype": ID,
    "mailctg": COUNT,
    "directctg": one_of(1, 2),
    "weight": COUNT,
    **ENDS,
    "country-to?": ID,
    "date": DAY,
    "time": COUNT,
    "date-first": DAY,
    "delivery-date-first": DAY,
    "postoffice": rows(OFFICE, 1, 2),
    "transtype": ID,
    "transname": NAME,
    "place": NAME,
}
SOLD_MEMBERS: dict[str, Schema] = {"id": ID, "name": NAME, "date": DAY, **SUMS, "service": SUM}
SOLD = shape("Sold", {**HEAD, **SOLD_MEMBERS, "items": rows(ITEM, 1, 1)})
PRICE = shape("Price", {**CALCULATED, "items": rows(ITEM, 1), **SUMS})
TERMS_TOLD = shape("PlannedTerms", {**CALCULATED, "items": rows(TERMS_ITEM, 2, 2), "delivery": TERMS})
BOTH = shape("PriceAndTerms", {**CALCULATED, "items": rows(either(ITEM, TERMS_ITEM), 3), **SUMS, "delivery": TERMS})
LINE_V1 = shape("LineV1", {"id": NAME, "name": NAME, **dict.fromkeys(("ground?", "avia?", "cover?", "service?"), SUM)})
CALCULATED_V1: dict[str, Schema] = {
    **HEAD_V1,
    "id": ID,
    "typ": ID,
    "cat": COUNT,
    "dir": COUNT,
    "name": NAME,
    "weight": COUNT,
    **ENDS,
    "date": DAY,
    "transid": ID,
    "transname": NAME,
}
SOLD_V1 = shape("SoldV1", {**HEAD_V1, **SOLD_MEMBERS, "tariff": rows(LINE_V1, 1, 1)})
PRICE_V1 = shape("PriceV1", {**CALCULATED_V1, "tariff": rows(LINE_V1, 1), **SUMS})
TERMS_V1 = shape("TermsV1", {**CALCULATED_V1, "delivery": TERMS})

# -- dictionaries

BELOW = shape("CategoryBelow", {"id": ID, "name": NAME, "desc": NAME})
ROOT = shape("CategoryRoot", {"id": ID, "name": NAME, "child": rows(shape("Child", {"id": ID, "name": NAME}))})
PARAM = shape(
    "Param",
    {
        "id": NAME,
        "name": NAME,
        "datatype": one_of(1),
        "param": NAME,
        "min": COUNT,
        "max": COUNT,
        "seq": ID,
        "list?": NAME,
        "unit?": rows(NAME, 3, 3),
    },
)
OFFERED = shape("Offered", {"id": ID, "name": NAME, "seq": ID, "serviceoff": rows(ID)})
OBJECT = shape(
    "Object",
    {
        "id": ID,
        "name": NAME,
        "date": DAY,
        "mailtype?": ID,
        "mailctg?": COUNT,
        "directctg?": one_of(1, 2),
        "params": rows(PARAM, 1),
        "service": rows(OFFERED),
    },
)
KINDS = ("mail", "banderole", "parcel", "packet", "ems", "sack", "secogram")
KIND = shape(
    "CountryKind",
    {
        "block": BIT,
        "wmax?": ID,
        "sizemax?": shape("SizeMax", dict.fromkeys(("x", "y", "z"), ID)),
        "linemax?": ID,
        "oc": BIT,
        "oc-rate?": NUMBER,
        "oc-max?": ID,
        "oc-max-sdr?": ID,
        "np": BIT,
        "notification": one_of(1),
        "declaration": one_of(3),
        "bigsize?": one_of(1),
        "courier?": one_of(1),
        "serviceoff": rows(ID),
    },
)
COUNTRY = shape("Country", {"id": ID, "name": NAME, "date": DAY, **dict.fromkeys(KINDS, KIND)})
CATEGORY: dict[str, Schema] = {"id?": COUNT, "name?": NAME, "desc?": NAME}


def dictionaries(head: Mapping[str, Schema], mark: str) -> dict[str, Schema]:
    """Return the shapes of all dictionaries under a version's head."""
    objects = {"productname": NAME, "date": DAY, "object": rows(OBJECT)}
    return {
        "category": shape(f"Categories{mark}", {**head, **CATEGORY, "category": rows(either(ROOT, BELOW))}),
        "object": shape(f"Objects{mark}", {**head, **CATEGORY, **objects}),
        "service": shape(
            f"Services{mark}",
            {
                **head,
                "id": rows(ID, 1),
                "name": NAME,
                "date": DAY,
                "service": rows(shape("NamedService", {"id": ID, "name": NAME}), 1),
            },
        ),
        "country": shape(f"Countries{mark}", {**head, "id": rows(ID, 1), "country": rows(COUNTRY, 1)}),
        "postoffice": shape(f"Offices{mark}", {**head, "id": rows(ID), "postoffice": rows(OFFICE)}),
    }


NEW, OLD = dictionaries(HEAD, ""), dictionaries(HEAD_V1, "V1")


def dressed(schema: Schema) -> Content:
    return {JSON: schema, PLAIN: BYTES, HTML: BYTES}


def told(summary: str, good: Schema, query: Mapping[str, Schema], **more: Any) -> Described:
    answers = {200: dressed(good), 400: dressed(REFUSED), **OUTSIDE}
    return Described(summary=summary, answers=answers, query=query, open=True, **more)


def told_v1(summary: str, good: Schema, query: Mapping[str, Schema]) -> Described:
    """Declare a call of version 1, which refuses with 200 where a tenant wants it so."""
    answers = {200: dressed(either(good, REFUSED_V1)), 400: dressed(REFUSED_V1), **OUTSIDE}
    return Described(summary=summary, answers=answers, query=query, open=True)


ONE_ID: dict[str, Schema] = {"id?": whole(100, 700), **DATED, **LOOK}
SOME_IDS: dict[str, Schema] = {"id?": IDS, **DATED, **LOOK}
DESCRIBED: dict[str, Described] = {
    "calculate_price": told("Price.", either(PRICE, SOLD), QUESTION),
    "calculate_terms": told("Terms.", either(TERMS_TOLD, SOLD), QUESTION),
    "calculate_price_and_terms": told("Price and terms.", either(BOTH, SOLD), QUESTION),
    "calculate_price_v1": told_v1("Price, version 1.", either(PRICE_V1, SOLD_V1), QUESTION),
    "calculate_terms_v1": told_v1("Terms, version 1.", either(TERMS_V1, SOLD_V1), QUESTION),
    "list_categories": told("Categories of what is calculated.", NEW["category"], ONE_ID),
    "list_objects": told("Objects of a category.", NEW["object"], ONE_ID),
    "list_services": told("Services.", NEW["service"], SOME_IDS),
    "list_countries": told("Countries.", NEW["country"], SOME_IDS, path={"ids": text(like="^[0-9]{1,3}$")}),
    "list_offices": told("Offices.", NEW["postoffice"], {"id?": one_of(101000, 109012, 410012), **LOOK}),
    "read_dictionary": told("Any dictionary.", either(*NEW.values()), DICTIONARY),
    "read_dictionary_v1": told_v1("Any dictionary, version 1.", either(*OLD.values()), DICTIONARY),
}
