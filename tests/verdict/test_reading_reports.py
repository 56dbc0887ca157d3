"""What people read: the terminal, Markdown, the badge."""

import io
import re
from xml.etree import ElementTree

import msgspec
import pytest
from rich.console import Console

from parcelproof.conformance.case import finding
from parcelproof.conformance.run import Run, Stop
from parcelproof.conformance.verdict import print_run
from parcelproof.conformance.verdict.badge import badge_of, message_of
from parcelproof.conformance.verdict.comparison import Comparison
from parcelproof.conformance.verdict.finish import finished
from parcelproof.conformance.verdict.markdown import MOST_BYTES, markdown_of, plain

from .conftest import a_run, everything, evidence, failed, passed, skipped, unknown
from .test_machine_reports import runs
from .test_waivers import TODAY

COMPARISON = Comparison(older="my connector 1.1, seed 7", groups={"newly failing": ("NTF-008",)}, same=4)


def shown(run: Run, *, comparison: Comparison | None = None, **console: object) -> str:
    out = io.StringIO()
    settings = {"width": 80, "highlight": False, "file": out, **console}
    print_run(run, Console(**settings), comparison=comparison)  # type: ignore[arg-type]
    return out.getvalue()


# -- terminal


@pytest.mark.parametrize("name", runs())
def test_the_terminal_stays_within_its_width_and_has_no_codes_without_one(name: str) -> None:
    text = shown(runs()[name](), comparison=COMPARISON)
    assert "\x1b" not in text and "\x00" not in text
    commands = [line for line in text.splitlines() if "parcelproof" in line]
    assert max(len(line) for line in text.splitlines() if line not in commands) <= 80


def test_the_terminal_tells_requirements_failures_and_what_sums_them_up_in_this_order() -> None:
    text = shown(finished(everything(), today=TODAY, level="silver"), comparison=COMPARISON)
    parts = [
        "Requirements, my connector 1.2",
        "FAILED NTF-008/none_twice",
        "What happened:",
        "Two mails came.",
        "replay: parcelproof verify --reference",
        "Answer-loss and kill matrix: 2 of 3 cells run: 1 failed, 1 passed, 1 skipped",
        "not run: 1, the connector does not claim restart",
        "cdek webhook: first told of 4 pieces of news: accepted, delivered",
        "cdek poll: dead",
        "Level: none reached",
        "for silver:",
        "Compared with my connector 1.1, seed 7: 4 the same",
        "newly failing: NTF-008",
        "of the catalogue's",
        "INSTRUMENT FAULT: 1 passed, 1 warned, 1 skipped, 1 unknown, 2 failed of 6 requirements in 3.0 s (seed 1)",
    ]
    flat = " ".join(text.split())
    places = [flat.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_the_terminal_tells_waivers() -> None:
    text = shown(runs()["waived"]())
    assert "WAIVED NTF-008/none_twice" in text and "NTF-008 is waived: Known." in text
    assert "not needed, which fails the run: TRK-001 (waivers.toml:1): TRK-001 passed" in " ".join(text.split())
    assert "1 failed of 1 requirement (1 waived)" in text


def test_a_connectors_words_steer_no_terminal_and_are_no_markup() -> None:
    text = shown(a_run(failed(story="[red]loud[/] \x1b[2J\x9b2J", findings=())), force_terminal=True)
    assert "[red]loud[/]" in text
    assert "\x1b[2J" not in text and "\x9b" not in text


def test_a_story_and_a_value_are_bounded_on_the_terminal() -> None:
    long = failed(
        evidence=evidence(story=("line",) * 5000), findings=(finding("NTF-008", "m", "x" * 99_999, "y"),) * 99
    )
    text = shown(a_run(long))
    assert len(text.splitlines()) < 150
    assert "… and 94 more" in text and "99399 characters more" in text and "lines more" in text


def test_many_failures_are_told_in_full_only_at_first() -> None:
    text = shown(a_run(*(failed(f"NTF-008/none_twice_{number}") for number in range(30))))
    assert text.count("What happened:") == 10 and "Stories of 20 more failures are left out here" in text
    assert text.count("FAILED NTF-008/") == text.count("found     2 mails") == text.count("  replay: ") == 30
    assert len(text.splitlines()) < 300


def test_a_run_of_nothing_is_told_without_levels() -> None:
    text = markdown_of(finished(a_run(stop=Stop(exit_code=2, reason="nobody answers")), today=TODAY))
    assert "\n0 requirements in" in text and "Level" not in text


def test_a_replay_command_is_one_line_that_can_be_copied() -> None:
    long = f"parcelproof verify --command './connector {'x' * 200}' --case 'NTF-008/none_twice' --seed 1"
    assert f"  replay: {long}\n" in shown(a_run(failed(replay=long)))


def test_why_a_run_ended_early_is_told_last() -> None:
    text = shown(runs()["broken"]())
    assert "The run ended early: the simulator ended" in text
    assert text.rstrip().splitlines()[-1].startswith("INSTRUMENT FAULT")


# -- Markdown


def test_markdown_shows_everything_once() -> None:
    page = markdown_of(finished(everything(), today=TODAY), COMPARISON)
    for part in (
        "## ❌ my connector 1.2: instrument fault",
        "<details open><summary>❌ failed <code>NTF-008/none_twice</code>",
        "1. Two mails came.",
        "### Compared with",
        "| newly failing | NTF-008 |",
        "Answer-loss and kill matrix: 1 failed, 1 passed, 1 skipped of 3 cells",
        "| cdek | poll | **dead** |",
        "Level: **none reached**",
    ):
        assert page.count(part) == 1, part
    assert page.count("<details") == page.count("</details>")


def test_markdown_lets_nothing_of_a_connector_be_markup() -> None:
    page = markdown_of(finished(everything(), today=TODAY))
    assert "<script>alert('x')</script> & | `tick`" in page  # where a fence holds it
    outside = re.sub(r"^(`{3,})\w*\n.*?^\1$", "", page, flags=re.MULTILINE | re.DOTALL)
    assert "<script" not in outside and "@all" not in outside
    rows = [line for line in page.splitlines() if line.startswith("| LBL-002")]
    assert rows
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == 6, row


@pytest.mark.parametrize("text", ["a|b", "`x`", "<b>", "*x*", "_x_", "[a](b)", "# x", "a\nb", "\\|", "@all", "~~x~~"])
def test_a_text_stays_a_text_in_a_cell(text: str) -> None:
    said = plain(text)
    assert "\n" not in said
    assert re.search(r"(?<!\\)(?:\\\\)*[|`*_\[\]<>#~]", said) is None, said


def test_a_fence_outlasts_the_ticks_inside() -> None:
    page = markdown_of(a_run(failed(replay="echo ```` and more")))
    assert "`````sh\necho ```` and more\n`````" in page


def test_markdown_fits_githubs_summary() -> None:
    wrong = tuple(finding("NTF-008", f"mail {n}", "x" * 400, "y" * 400) for n in range(10))
    many = [failed(f"NTF-008/case_{n}", findings=wrong) for n in range(1000)]
    page = markdown_of(a_run(*many))
    assert 500_000 < len(page.encode()) <= MOST_BYTES
    assert page.endswith("The HTML and JSON reports have all of it._\n")
    assert page.count("<details") == page.count("</details>")


# -- badge


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (a_run(passed("TRK-001/fold")), "conform"),
        (a_run(failed()), "not conform"),
        (a_run(skipped("TRK-001/fold")), "nothing judged"),
        (a_run(unknown()), "instrument fault"),
        (a_run(stop=Stop(exit_code=130, reason="x")), "interrupted"),
    ],
)
def test_the_badge_says_what_came_of_the_run(run: Run, message: str) -> None:
    assert message_of(run) == message
    root = ElementTree.fromstring(badge_of(run))
    names = {"{http://www.w3.org/2000/svg}" + name for name in ("title",)}
    assert [node.text for node in root if node.tag in names] == [f"parcelproof: {message}"]
    assert root.get("aria-label") == f"parcelproof: {message}"
    texts = root.findall(".//{http://www.w3.org/2000/svg}text")
    assert [node.text for node in texts] == ["parcelproof", message]
    ends = [float(node.get("x", "")) + float(node.get("textLength", "")) for node in texts]
    assert ends[0] < float(texts[1].get("x", "")) and ends[1] < float(root.get("width", ""))


@pytest.mark.parametrize("level", ["bronze", "silver", "gold"])
def test_the_badge_shows_the_level_unless_our_side_broke(level: str) -> None:
    made = finished(a_run(passed("TRK-001/fold")), today=TODAY)
    names = ["bronze", "silver", "gold"]
    rows = tuple(
        msgspec.structs.replace(row, reached=names.index(row.name) <= names.index(level)) for row in made.levels
    )
    made = msgspec.structs.replace(made, levels=rows)
    assert message_of(made) == level
    assert message_of(msgspec.structs.replace(made, stop=Stop(exit_code=3, reason="x"))) == "instrument fault"


def test_a_level_with_a_waived_failure_is_not_on_the_badge() -> None:
    made = finished(a_run(failed(waived={"NTF-008": "Known."})), today=TODAY)
    assert (message_of(made), made.reached) == ("conform", "")
