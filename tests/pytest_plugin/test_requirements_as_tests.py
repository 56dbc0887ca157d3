"""`pytest --parcelproof-…`: one test per requirement, told without a stack trace; nothing at all where not asked."""

from typing import TYPE_CHECKING

import pytest

from parcelproof.pytest_plugin import asked

if TYPE_CHECKING:
    from .conftest import Folder

BY_SHOP = ("--parcelproof-connector=shop:Shop", "--parcelproof-profile=labels")


def test_a_run_that_does_not_ask_pays_nothing(folder: "Folder") -> None:
    folder.write(
        "test_mine.py",
        "import sys\n"
        "def test_mine():\n"
        "    ours = {name for name in sys.modules if name.startswith('parcelproof')}\n"
        "    assert ours == {'parcelproof', 'parcelproof.pytest_plugin'}\n",
    )
    made = folder.pytest()
    assert (made.exit_code, made.outcomes()) == (0, {"passed": 1}), made.text
    assert "parcelproof" not in made.text.partition("plugins:")[2].partition("\n")[2]


def test_a_failed_requirement_tells_what_is_wrong_and_how_to_replay_it(folder: "Folder") -> None:
    folder.shop()
    folder.write("test_mine.py", "def test_mine(): pass\n")
    made = folder.pytest(*BY_SHOP, "-rs", "-v")
    counts = made.outcomes()
    assert made.exit_code == 1 and counts["failed"] >= 5 and counts["passed"] == 1, made.text
    assert "parcelproof: judging --connector shop:Shop (seed 1)" in made.text
    assert "parcelproof::LBL-001 FAILED" in made.text and "test_mine.py::test_mine PASSED" in made.text
    told = made.text.partition("LBL-001 ______")[2].partition("\n_____")[0]
    assert "LBL-001 MUST: A connector MUST" in told
    assert "FAILED LBL-001/a_booked_order_has_its_label[mail_alliance]" in told
    assert "Two orders are booked; each label is read twice" in told
    assert "422 NO: We book nothing." in told
    assert "replay: parcelproof verify --connector shop:Shop --case" in " ".join(told.split())
    assert "Traceback" not in made.text and "shop.py:" not in told
    assert "a print of the shop" not in made.text
    worlds = [name for name in folder.worlds() if not name.endswith("-again")]  # those are replays of a failure
    assert len(worlds) == len(set(worlds)) > 3  # no world was made twice: each case is held once


BY_TRACKING = ("--parcelproof-connector=shop:Shop", "--parcelproof-profile=tracking")
NOT_CLAIMED = "not applicable: the connector does not claim the profile tracking"


def test_a_run_in_which_every_requirement_is_skipped_is_no_good_run(folder: "Folder") -> None:
    folder.shop()
    folder.write("test_mine.py", "def test_mine(): pass\n")
    made = folder.pytest(*BY_TRACKING, "-rs", "-k", "TRK-001 or TRK-003 or test_mine")
    assert (made.exit_code, made.outcomes()["skipped"], made.outcomes()["passed"]) == (4, 2, 1), made.text
    assert NOT_CLAIMED in made.text
    told = f"ERROR: parcelproof: nothing was judged, for all 2 requirements were skipped ({NOT_CLAIMED}); name what"
    assert made.text.count(told) == 1, made.text


@pytest.mark.ci
def test_what_is_not_applicable_is_skipped_with_its_reason(folder: "Folder") -> None:
    folder.shop()
    made = folder.pytest(*BY_TRACKING, "-rs", "-k", "TRK-001", "-n", "2")
    assert (made.exit_code, made.outcomes()["skipped"]) == (4, 1), made.text
    assert f"for the only requirement was skipped ({NOT_CLAIMED})" in made.text


@pytest.mark.ci
def test_who_runs_no_requirement_gets_the_exit_code_of_the_other_tests(folder: "Folder") -> None:
    folder.shop()
    folder.write("test_mine.py", "def test_mine(): pass\n")
    made = folder.pytest(*BY_TRACKING, "-m", "not parcelproof")
    assert (made.exit_code, made.outcomes()["passed"]) == (0, 1) and "nothing was judged" not in made.text, made.text


@pytest.mark.ci
def test_our_own_break_is_an_error_and_never_a_failure(folder: "Folder") -> None:
    folder.shop()
    made = folder.pytest(*BY_SHOP, "--parcelproof-simulator=http://127.0.0.1:9", "-rs")
    counts = made.outcomes()
    assert made.exit_code == 1 and counts["error"] == 1 and counts["skipped"] >= 5, made.text
    assert "failed" not in counts and "no simulator answers at http://127.0.0.1:9" in made.text
    assert "Traceback" not in made.text and "During handling" not in made.text and "judging.py" not in made.text


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("shop:Gone", "the connector shop:Gone does not exist: shop can be imported and has no Gone"),
        ("http://127.0.0.1:9/parcelproof/v1", "no connector answers at http://127.0.0.1:9/parcelproof/v1"),
    ],
)
def test_a_connector_that_is_not_there_is_told_once(folder: "Folder", place: str, says: str) -> None:
    folder.shop()
    made = folder.pytest(f"--parcelproof-connector={place}", "--parcelproof-profile=labels", "-k", "LBL-001 or LBL-002")
    assert (made.exit_code, made.outcomes()["error"], made.outcomes()["skipped"]) == (1, 1, 1), made.text
    assert says in " ".join(made.text.split())
    assert "Traceback" not in made.text and "During handling" not in made.text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--parcelproof-connector=shop:Shop", "--parcelproof-reference"], "and --parcelproof-reference are too many"),
        (["--parcelproof-connector="], "the connector '' is neither a URL"),
        (["--parcelproof-command="], "the command is empty"),
        (["--parcelproof-connector=shop"], "neither a URL (http:// or https://) nor package.module:factory"),
        (["--parcelproof-command=a 'b"], "cannot be split into words: No closing quotation"),
        ([*BY_SHOP, "--parcelproof-profile=telepathy"], "no profile is called 'telepathy'"),
        ([*BY_SHOP, "--parcelproof-timeout=0"], "--parcelproof-timeout is 0; it must be more than 0 seconds"),
        ([*BY_SHOP, "--parcelproof-waivers=gone.toml"], "gone.toml cannot be read"),
        ([*BY_SHOP, "--parcelproof-simulator=here"], "--parcelproof-simulator here is no URL"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_sentence(words: list[str], says: str, folder: "Folder") -> None:
    config = pytest.Config.fromdictargs({}, [*words, "-c", str(folder.path / "pytest.ini")])
    with pytest.raises(pytest.UsageError) as error:
        asked(config)
    assert says in str(error.value) and "\n" not in str(error.value)


@pytest.mark.ci
def test_pytest_tells_wrong_use_before_it_runs_anything(folder: "Folder") -> None:
    made = folder.pytest("--parcelproof-connector=shop")
    assert (made.exit_code, made.text.count("\n")) == (4, 2), made.text
    assert made.text.startswith("ERROR: parcelproof: the connector 'shop' is neither a URL")
