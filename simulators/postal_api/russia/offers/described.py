"""Onboarding by offer as we declare it: every route, what it takes, every answer. Our own design."""

from typing import Any

from ....wire.call import JSON
from ....wire.description import Content, Described, Link, json_of
from ....wire.schemas import FLAG, asked, nullable, one_of, rows, shape, text
from ..described import (
    CONFLICT,
    DATE,
    MOMENT,
    NAME,
    OWN_NOT_FOUND,
    USER,
    own,
    own_id,
    own_list,
    own_made,
    own_write,
    times,
)

LOGIN: dict[str, Any] = {"security": (USER,)}  # there may be no token yet
STATES = ["checking", "offered", "activating", "contract_on_its_way", "active", "rejected", "expired", "withdrawn"]
ASKED_STATES, CONTRACT_STATES = ("asked", "added", "declined"), ("contract_on_its_way", "in_force")
SIGN_UP_ID, REQUEST_ID, CONTRACT_ID = own_id("sgn"), own_id("svc"), own_id("ctr")
INN, KPP = text(like="^[0-9]{10}([0-9]{2})?$"), text(like="^[0-9]{9}$")
KIND = one_of("public_offer", "paper_contract")
BASE = one_of("home", "office", "surface", "accelerated", "cash_on_delivery")
AGREEMENT = nullable(NAME)
SIGN_UP = shape(
    "SignUp",
    {
        "id": SIGN_UP_ID,
        "kind": KIND,
        "organisation": shape("Organisation", {"name": NAME, "inn": INN, "kpp?": KPP}),
        "contact": shape("Contact", {"name": NAME, "phone": NAME}),
        "login": NAME,
        "state": one_of(*STATES),
        "reason": nullable(NAME),
        "agreement_number": AGREEMENT,
        "times": times(*STATES),
        "offer": nullable(shape("Offer", {"version": NAME, "covers": rows(BASE, 1), "accept_until": MOMENT})),
    },
)
TOKEN = shape(
    "Token",
    {
        "access_token": NAME,
        "issued_at": MOMENT,
        "agreement": shape("Agreement", {"kind": NAME, "number": NAME, "date": DATE}),
    },
)
SERVICE = shape("Service", {"service": NAME, "what": NAME, "offer": FLAG, "covered": FLAG})
REQUEST = shape(
    "ServiceRequest",
    {
        "id": REQUEST_ID,
        "service": NAME,
        "comment": text(0, 300),
        "state": one_of(*ASKED_STATES),
        "reason": nullable(NAME),
        "times": times(*ASKED_STATES),
    },
)
CONTRACT = shape(
    "Contract",
    {
        "id": CONTRACT_ID,
        "state": one_of(*CONTRACT_STATES),
        "agreement_number": AGREEMENT,
        "times": times(*CONTRACT_STATES),
    },
)
SIGN_UP_EXAMPLE = {
    "organisation": {"name": "ООО «Ромашка»", "inn": "7707083893", "kpp": "770101001"},
    "contact": {"name": "Иванова Анна", "phone": "+79001234567"},
}
NOTHING: Content = {JSON: asked("Nothing", {})}
SIGN_UP_HERE = {"id": SIGN_UP_ID}
MADE_ID = {"id": "$response.body#/id"}

DESCRIBED: dict[str, Described] = {
    "create_sign_up": own_made(
        "Apply for the public offer, or for a paper contract.",
        SIGN_UP,
        **LOGIN,
        body={
            JSON: asked(
                "SignUpAsked",
                {
                    "kind?": KIND,
                    "organisation": asked("", {"name": text(1, 160), "inn": INN, "kpp?": KPP}),
                    "contact": asked("", {"name": text(1, 100), "phone": text(like="^[+][1-9][0-9]{7,14}$")}),
                },
            )
        },
        example=SIGN_UP_EXAMPLE,
        links=(
            Link("read_sign_up", MADE_ID),
            Link("accept_offer", MADE_ID, body={"offer_version": "2026-1"}),
            Link("withdraw_sign_up", MADE_ID, body={}),
            Link("read_token", MADE_ID),
        ),
    ),
    "list_sign_ups": own_list(
        "The account's sign-ups.", SIGN_UP, SIGN_UP_ID, query={"state?": one_of(*STATES)}, **LOGIN
    ),
    "read_sign_up": own("One sign-up.", {200: json_of(SIGN_UP), **OWN_NOT_FOUND}, path=SIGN_UP_HERE, **LOGIN),
    "accept_offer": own_write(
        "Accept the offer that was made.",
        {200: json_of(SIGN_UP), **OWN_NOT_FOUND},
        path=SIGN_UP_HERE,
        body={JSON: asked("OfferAccepted", {"offer_version": text(1, 20)})},
        example={"offer_version": "2026-1"},
        **LOGIN,
    ),
    "withdraw_sign_up": own_write(
        "Withdraw a sign-up before it is active.",
        {200: json_of(SIGN_UP), **OWN_NOT_FOUND},
        path=SIGN_UP_HERE,
        body=NOTHING,
        example={},
        **LOGIN,
    ),
    "read_token": own(
        "The access token of an active account.",
        {200: json_of(TOKEN), **OWN_NOT_FOUND, **CONFLICT},
        path=SIGN_UP_HERE,
        **LOGIN,
    ),
    "list_services": own(
        "Every service, and whether the account is covered for it.",
        {200: json_of(shape("Services", {"data": rows(SERVICE, 1), "next": one_of(None)}))},
        **LOGIN,
    ),
    "ask_for_service": own_made(
        "Ask for a service beyond the offer.",
        REQUEST,
        body={JSON: asked("ServiceAsked", {"service": text(1, 40), "comment?": text(0, 300)})},
        example={"service": "letters"},
        links=(Link("read_service_request", MADE_ID),),
        **LOGIN,
    ),
    "list_service_requests": own_list(
        "What was asked for.", REQUEST, REQUEST_ID, query={"state?": one_of(*ASKED_STATES)}, **LOGIN
    ),
    "read_service_request": own(
        "One service that was asked for.", {200: json_of(REQUEST), **OWN_NOT_FOUND}, path={"id": REQUEST_ID}, **LOGIN
    ),
    "ask_for_contract": own_made(
        "Ask for a paper contract in place of the offer.",
        CONTRACT,
        body=NOTHING,
        example={},
        links=(Link("read_contract", MADE_ID),),
        **LOGIN,
    ),
    "list_contracts": own_list("The account's paper contracts.", CONTRACT, CONTRACT_ID, **LOGIN),
    "read_contract": own(
        "One paper contract.", {200: json_of(CONTRACT), **OWN_NOT_FOUND}, path={"id": CONTRACT_ID}, **LOGIN
    ),
}
