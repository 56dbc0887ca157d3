"""The adapters' tables against the simulators' own, which were written from the same contract by other hands."""

import pytest

from parcelproof.reference.adapters import carrier_codes
from parcelproof.reference.adapters.carrier_codes import Meaning, cdek_meaning, cdek_return_meaning
from parcelproof.reference.domain.statuses import Status, canonical
from parcelproof.simulators.courier_api.cdek import statuses as cdek
from parcelproof.simulators.mail_alliance import statuses as mail_alliance


@pytest.mark.parametrize("row", cdek.ROWS, ids=lambda row: row.code)
def test_every_spelling_and_number_of_cdek_means_the_same_on_both_sides(row: cdek.Row) -> None:
    for spelling in filter(None, (row.code, row.office, row.also)):
        assert cdek_meaning(spelling, "")[:2] == (row.code, row.status)
    if row.number not in ("", "1000"):
        assert carrier_codes.CDEK_NUMBERS[row.number] == row.code


@pytest.mark.parametrize("word", mail_alliance.WORDS)
def test_every_word_of_mail_alliance_means_the_same_on_both_sides(word: str) -> None:
    assert carrier_codes.MAIL_ALLIANCE[word].value == mail_alliance.WORDS[word].canonical.value


def test_no_code_is_left_over_on_either_side() -> None:
    assert set(carrier_codes.MAIL_ALLIANCE) == set(mail_alliance.WORDS)
    ours = set(carrier_codes.CDEK) - {"IN_TRANSIT", "DELIVERED_SENDER_CITY_CDEK"}  # consumers' words, undocumented
    assert ours == {row.code for row in cdek.ROWS}
    assert set(carrier_codes.REASON_WORDS) == set(cdek.REASONS) == {str(reason) for reason in range(1, 28)}


@pytest.mark.parametrize(
    "code", ["", "delivered", "DELIVERED ", "RETURNED", "TELEPORTED", "DELIVERED_SENDER_CITY_CDEK"]
)
def test_an_unknown_code_stays_itself_and_is_never_in_transit(code: str) -> None:
    assert cdek_meaning(code, "") == Meaning(code, Status.UNKNOWN)
    assert cdek_return_meaning(code, "").status == Status.UNKNOWN
    assert canonical(cdek_meaning(code, "").status) is None


@pytest.mark.parametrize("reason", ["", "99", *carrier_codes.REASON_WORDS])
def test_what_not_delivered_means_depends_on_the_reason(reason: str) -> None:
    meaning = cdek_meaning("NOT_DELIVERED", reason)
    if reason in ("5", "9", "10", "26", "27"):
        assert (meaning.status, meaning.opens_return) == ("lost_or_damaged", False)
        assert cdek_return_meaning("NOT_DELIVERED", reason).status == "lost_or_damaged"
    elif reason == "6":
        assert (meaning.status, meaning.opens_return) == ("cancelled", False)
    else:
        assert (meaning.status, meaning.opens_return) == ("returning", True)
        assert cdek_return_meaning("NOT_DELIVERED", reason).status == "undeliverable"


@pytest.mark.parametrize(
    ("reason", "status"),
    [("1", "held"), ("3", "held"), ("4", "held"), ("7", "held"), ("5", "lost_or_damaged"), ("9", "lost_or_damaged"),
     ("10", "lost_or_damaged"), ("26", "lost_or_damaged"), ("27", "lost_or_damaged"), ("24", "customs"),
     ("25", "customs"), ("2", "delivery_failed"), ("11", "delivery_failed"), ("20", "delivery_failed"),
     ("21", "delivery_failed"), ("", "delivery_failed"), ("99", "delivery_failed")],
)  # fmt: skip
def test_a_reason_beside_a_passing_status_can_outweigh_it(reason: str, status: str) -> None:
    assert cdek_meaning("RETURNED_TO_DELIVERY_WAREHOUSE", reason).status == status


def test_a_depot_move_called_returned_is_no_return() -> None:
    for code in ("RETURNED_TO_SENDER_CITY_WAREHOUSE", "RETURNED_TO_TRANSIT_WAREHOUSE"):
        assert cdek_meaning(code, "") == Meaning(code, Status.IN_TRANSIT)


def test_a_return_order_is_read_on_the_leg_from_its_first_scan() -> None:
    assert cdek_return_meaning("CREATED", "").status == "announced"
    for code in ("RECEIVED_AT_SENDER_WAREHOUSE", "IN_CUSTOMS_LOCAL", "POSTOMAT_SEIZED", "TAKEN_BY_COURIER"):
        assert cdek_return_meaning(code, "").status == "returning"
    assert cdek_return_meaning("DELIVERED", "") == Meaning("DELIVERED", Status.RETURNED)


def test_only_reason_20_makes_a_delivery_partial() -> None:
    assert [reason for reason in carrier_codes.REASON_WORDS if cdek_meaning("DELIVERED", reason).partial] == ["20"]


def test_problems_bear_the_values_of_the_table_and_calls_none() -> None:
    assert carrier_codes.PROBLEMS["40"] == carrier_codes.PROBLEMS["52"] == "delivery_failed"
    assert carrier_codes.PROBLEMS["55"] == "held"
    assert {code for code, status in carrier_codes.PROBLEMS.items() if status == carrier_codes.KEEP} == {"36", "56"}
    assert canonical(carrier_codes.KEEP) is None
