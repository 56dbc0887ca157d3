"""The fixture `parcelproof`: a readable AssertionError, the run, and never a frame of ours."""

from typing import TYPE_CHECKING

import pytest

from parcelproof.conformance.runner import UsageError
from parcelproof.testing.judging import Judging
from parcelproof.testing.verifying import Parcelproof

if TYPE_CHECKING:
    from .conftest import Folder

MINE = """\
import pytest
from shop import Shop

def test_conformance(parcelproof):
    parcelproof.verify(Shop(), cases=["LBL-001"])

def test_the_run_is_there(parcelproof):
    with pytest.raises(AssertionError) as error:
        parcelproof.verify("shop:Shop", cases=["LBL-001"], seed=7)
    assert "LBL-001" in error.value.run.failed() and error.value.run.seed == 7

def test_nothing_judged(parcelproof):
    with pytest.raises(AssertionError, match="^nothing judged: "):
        parcelproof.verify(Shop, cases=["TRK-001"])
"""


def test_a_connector_is_judged_within_a_test(folder: "Folder") -> None:
    folder.shop()
    folder.write("test_mine.py", MINE)
    made = folder.pytest()
    assert (made.exit_code, made.outcomes()) == (1, {"failed": 1, "passed": 2}), made.text
    told = made.text.partition(" FAILURES ")[2]
    assert '    parcelproof.verify(Shop(), cases=["LBL-001"])' in told
    assert "NotConform: not conform: " in told and "422 NO: We book nothing." in told
    again = "parcelproof.verify(shop:Shop, cases=['LBL-001/a_booked_order_has_its_label[mail_alliance]'], seed=1)"
    assert again.replace(" ", "") in "".join(told.replace("E  ", "").split())
    assert "verifying.py" not in told and "Traceback" not in told


def test_wrong_use_of_the_fixture_is_told() -> None:
    judge = Parcelproof(Judging(), None)
    with pytest.raises(UsageError, match="needs a connector, a command or reference=True"):
        judge.verify()
    with pytest.raises(UsageError, match="only one of them"):
        judge.verify("shop:Shop", reference=True)
    with pytest.raises(UsageError, match="No closing quotation"):
        judge.verify(command="'")
