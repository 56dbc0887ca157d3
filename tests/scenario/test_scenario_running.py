"""Running scenarios: what fails, how it is told, and that one failure stops no other."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from parcelproof.conformance.scenarios.reports import write_html, write_json, write_junit
from parcelproof.conformance.scenarios.results import Outcome, Run, ScenarioResult
from parcelproof.conformance.scenarios.runner import UsageError, find

HEAD = """\
scenario: Trial
receivers: {hook: {}}
parcels: {p1: {carrier: mail_alliance}, c1: {carrier: cdek}}
steps:
  - shop: {subscribe: {carrier: mail_alliance, receiver: hook}}
  - shop: {create: p1}
    expect: {answer: 201}
"""


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("{expect: {status: {p1: delivered}}}", 'status of p1: expected "delivered", found "announced"'),
        ("{expect: {events: {p1: [shipped]}}}", 'events of p1: expected ["shipped"], found []'),
        ("{expect: {parcels: {p1: 2}}}", "parcels of p1 at the carrier: expected 2, found 1"),
        ("{expect: {parcels: {c1: {at_least: 1}}}}", "parcels of c1 at the carrier: expected at least 1, found 0"),
        ("{expect: {label: p1}}", "no label was fetched"),
        ("{expect: {webhooks: {count: 1}}}", "webhooks: count: expected 1, found 2"),
        ("{expect: {webhooks: {of: p1, events: [parcel.cancelled]}}}", 'found ["parcel.created"]'),
        ("{expect: {webhooks: {events: [parcel.created, endpoint.ping]}}}", 'found ["endpoint.ping","parcel.created"]'),
        ("{expect: {webhooks: {events: [parcel.created, endpoint.ping], any_order: true}}}", ""),
        ("{expect: {webhooks: {signed: false}}}", "signature of endpoint.ping: expected not good, found good"),
        ("{expect: {webhooks: {of: p1, json: {/data/status: x}}}}", 'expected "x", found "announced"'),
        ("{expect: {webhooks: {during: step, count: 1}}}", "webhooks during the step: count: expected 1, found 0"),
        ("{expect: {webhooks: {different: 5}}}", "different messages: expected 5, found 2"),
        ("{expect: {journal: {operation: create_parcel, count: 2}}}", "operation create_parcel: expected 2, found 1"),
        ("{expect: {payouts: {carrier: cdek, count: 1}}}", "payouts of cdek: expected 1, found 0"),
        ("{expect: {mails: {to: a@b.example}}}", "mails to a@b.example: expected 1, found 0"),
        ("{shop: {track: p1}, expect: {answer: 404}}", "answer: expected 404, found GET /v1/tracking/"),
        ("{shop: {track: p1}, expect: {answer: {json: {/status: x}}}}", 'answer /status: expected "x"'),
        ("{shop: {track: p1}, expect: {answer: {json: {/no: x}}}}", 'answer /no: expected "x", found nothing'),
        ("{shop: {track: p1}, expect: {answer: {headers: {ETag: x}}}}", 'answer header ETag: expected "x"'),
        ("{shop: {track: p1}, expect: {answer: {text: {like: x}}}}", 'answer text: expected like "x"'),
        ("{shop: {track: p1}, expect: {answer: {lost: true}}}", "answer: expected none: the connection is cut"),
        ("{shop: {cancel: c1}}", "the carrier has 0 parcels that could be c1"),
        ("{shop: {rates: c1}, expect: {answer: {status: [201, 202]}}}", "answer: expected 201 or 202"),
        ("{carrier: {scan: {parcel: p1, code: lots}}}", "Unknown code: mail_alliance has no event 'lots'"),
        ("{carrier: {scan: {parcel: p1.return, code: returned}}}", "the carrier has 0 parcels that could be p1.return"),
        ("{carrier: {revoke: {parcel: p1, code: delivered}}}", "p1 has no scan delivered; scans: []"),
        ("{carrier: {journey: {parcel: p1, story: happy}}}", "Unknown story"),
        ("{carrier: {payout: cdek}}", "cdek has nothing to pay out"),
        ("{carrier: {payout: mail_alliance}}", "collects no cash"),
        ("{carrier: {bad_day: rainy}}", "there is no bad day 'rainy'"),
        ("{carrier: {settings: {payout_after_days: -5}}}", "payout_after_days"),
        ("{shop: {request: {carrier: cdek, path: /x, headers: {A: \"b\\nc\"}}}}", "GET /x cannot be sent"),
        ("{shop: {request: {carrier: cdek, path: /x, headers: {A: Ю}}}}", "GET /x cannot be sent"),
        ("{shop: {rotate_secret: hook}}", ""),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_told_in_one_line(step: str, says: str, run_text: Callable[..., ScenarioResult]) -> None:
    made = run_text(f"{HEAD}  - {step}\n")
    if not says:
        assert (made.outcome, made.failures) == (Outcome.PASSED, ())
        return
    assert made.outcome is Outcome.FAILED
    assert {step.number for step, _ in made.failures} == {3}
    assert {step.line for step, _ in made.failures} == {8}
    told = "\n".join(str(failure) for _, failure in made.failures)
    assert says in told


def test_a_short_form_that_is_refused_fails_without_being_asked(run_text: Callable[..., ScenarioResult]) -> None:
    scanned = "  - carrier: {scan: {parcel: p1, code: shipped}}\n"
    made = run_text(f"{HEAD}{scanned}  - shop: {{cancel: p1}}\n  - shop: {{log_in: cdek}}\n")
    assert next(str(failure) for _, failure in made.failures).startswith("answer: expected 2xx")
    assert len(made.steps) == 4, "what comes after a failure is not done"


def test_a_raw_request_may_be_answered_anything(run_text: Callable[..., ScenarioResult]) -> None:
    made = run_text(f"{HEAD}  - shop: {{request: {{carrier: mail_alliance, path: /v1/nowhere}}}}\n")
    assert made.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("switch", "good"),
    [("corrupt_signature: true", False), ("stale_timestamp: true", False), ("duplicate: 1", True)],
)
def test_signatures_are_judged(switch: str, good: bool, run_text: Callable[..., ScenarioResult]) -> None:
    steps = (
        f"  - carrier: {{webhooks: {{carrier: mail_alliance, {switch}}}}}\n"
        "  - when: +1d\n    carrier: {scan: {parcel: p1, code: shipped}}\n"
        f"    expect: {{webhooks: {{during: step, signed: {str(good).lower()}}}}}\n"
    )
    assert run_text(HEAD + steps).outcome is Outcome.PASSED
    assert run_text(HEAD + steps.replace(f"signed: {str(good).lower()}", f"signed: {str(not good).lower()}")).failures


@pytest.mark.parametrize(
    ("answer", "status"),
    [("503", 503), ("{status: 410}", 410), ("{cut: true}", 0), ("{slow: true}", 0), ("{status: 204}", 204)],
)
def test_receivers_answer_as_they_are_told(answer: str, status: int, run_text: Callable[..., ScenarioResult]) -> None:
    steps = (
        f"  - receiver: {{answer: {answer}}}\n"
        "  - carrier: {scan: {parcel: p1, code: shipped}}\n"
        f"    expect:\n      webhooks: {{during: step, count: 1}}\n"
        f"      journal: {{direction: out, status: {status}, count: 1}}\n"
    )
    assert [str(failure) for _, failure in run_text(HEAD + steps).failures] == []


def test_a_path_that_is_no_receiver_of_ours_is_404(run_text: Callable[..., ScenarioResult]) -> None:
    request = "{carrier: mail_alliance, method: POST, path: /v1/webhook-endpoints, json: {url: '${hook.url}-wrong'}, "
    headers = "headers: {Idempotency-Key: one-two-three-four}}"
    made = run_text(
        f"{HEAD}  - shop: {{request: {request}{headers}}}\n    expect: {{journal: {{direction: out, status: 404}}}}\n"
    )
    assert [str(failure) for _, failure in made.failures] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six files: two good ones of one name, one that fails, one whose simulator refuses the setting up, two invalid."""
    (tmp_path / "below").mkdir()
    (tmp_path / "good.yaml").write_text(HEAD.replace("receivers:", "tags: [quick]\nreceivers:"), "utf-8")
    (tmp_path / "below" / "good.yaml").write_text(HEAD, "utf-8")
    failing = HEAD.replace("receivers:", "tags: [quick, slow]\nreceivers:").replace("answer: 201", "answer: 200")
    (tmp_path / "failing.yml").write_text(failing.replace("Trial", '"Fails <&\\x01>"'), "utf-8")
    (tmp_path / "refused.yaml").write_text(
        HEAD.replace("steps:", "tenant: {settings: {quota: sometimes}}\nsteps:"), "utf-8"
    )
    (tmp_path / "a-wrong.yaml").write_text("scenario: X\nstep: []\n", "utf-8")
    (tmp_path / "empty.yaml").write_text("", "utf-8")
    (tmp_path / "notes.txt").write_text("no scenario", "utf-8")
    return tmp_path


@pytest.mark.parametrize("jobs", [1, 3])
def test_one_failure_stops_no_other(folder: Path, jobs: int, run_files: Callable[..., Run]) -> None:
    made = run_files(folder, jobs=jobs)
    assert {Path(row.file).relative_to(folder).as_posix(): row.outcome.value for row in made.results} == {
        "a-wrong.yaml": "invalid",
        "below/good.yaml": "passed",
        "empty.yaml": "invalid",
        "failing.yml": "failed",
        "good.yaml": "passed",
        "refused.yaml": "failed",
    }
    assert made.exit_code == 1


def test_tags_choose(folder: Path, run_files: Callable[..., Run]) -> None:
    (folder / "a-wrong.yaml").unlink()
    (folder / "empty.yaml").unlink()
    assert {Path(row.file).name for row in run_files(folder, tags=("quick",)).results} == {"good.yaml", "failing.yml"}
    assert {Path(row.file).name for row in run_files(folder, tags=("slow",)).results} == {"failing.yml"}
    with pytest.raises(UsageError, match="there is no scenario with the tag nosuch"):
        run_files(folder, tags=("nosuch",))


def test_a_missing_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file or folder"):
        find([tmp_path / "nowhere"])


def test_an_invalid_file_alone_is_wrong_use(folder: Path, run_files: Callable[..., Run]) -> None:
    assert run_files(folder / "a-wrong.yaml", folder / "good.yaml").exit_code == 2


def test_our_own_breakdown_is_told_as_such(
    folder: Path, run_files: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    from parcelproof.conformance.scenarios import running

    def broken(*_: object, **__: object) -> None:
        raise KeyError("planted")

    monkeypatch.setattr(running, "check", broken)
    made = run_files(folder / "good.yaml")
    assert (made.results[0].outcome, made.exit_code) == (Outcome.UNKNOWN, 3)
    assert "our side broke: KeyError: 'planted'" in made.results[0].reason


def test_nobody_at_the_simulator_is_wrong_use(folder: Path, run_files: Callable[..., Run]) -> None:
    with pytest.raises(UsageError, match=r"no simulator can be used at .*start it first"):
        run_files(folder / "good.yaml", url="http://127.0.0.1:9")


def test_the_admin_token_is_shown(
    folder: Path, run_files: Callable[..., Run], broken_simulator: Callable[..., AbstractContextManager[str]]
) -> None:
    with broken_simulator(admin_token="open sesame") as url:
        assert run_files(folder / "good.yaml", url=url, admin_token="open sesame").exit_code == 0
        with pytest.raises(UsageError, match="give --admin-token"):
            run_files(folder / "good.yaml", url=url)


def test_a_tenant_of_somebody_else_is_left_alone(simulator: str, run_text: Callable[..., ScenarioResult]) -> None:
    from parcelproof.control_client import ControlClient

    with ControlClient(simulator) as control:
        control.create_tenant("theirs", settings={"note": "keep"})
        made = run_text(HEAD.replace("receivers:", "tenant: {name: theirs}\nreceivers:"))
        assert made.outcome is Outcome.FAILED
        assert "exists" in made.reason
        assert control.tenant("theirs")["settings"] == {"note": "keep"}
        control.delete_tenant("theirs")


def test_reports(folder: Path, tmp_path: Path, run_files: Callable[..., Run]) -> None:
    made = run_files(folder)
    junit, html, data = (tmp_path / name for name in ("r.xml", "r.html", "r.json"))
    write_junit(made, junit)
    write_html(made, html)
    write_json(made, data)
    suite = ElementTree.parse(junit).getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("6", "2", "2")
    failed = [case for case in suite if case.find("failure") is not None]
    assert {case.get("classname") for case in failed} == {"failing", "refused"}
    assert json.loads(data.read_bytes())["exit_code"] == 1
    page = html.read_text("utf-8")
    assert "Fails &lt;&amp;" in page
    assert page.index("failing.yml") < page.index("a-wrong.yaml") < page.index("below/good.yaml"), "the worst first"
    assert "http" not in page.replace("https://json", "").replace("xmlns", "")


def test_the_same_scenario_gives_the_same_journal(folder: Path, run_files: Callable[..., Run]) -> None:
    hashes = {run_files(folder / "good.yaml").results[0].sha256 for _ in range(2)}
    assert len(hashes) == 1


def test_a_connector_that_breaks_its_contract_fails_and_stops_no_other(
    folder: Path, run_files: Callable[..., Run], tiny: Callable[..., AbstractContextManager[str]]
) -> None:
    """It is the connector's failure, told once for each scenario that needs it, and never our own."""
    (folder / "connector.yaml").write_text(HEAD.replace("steps:", "connector: {}\nsteps:"), "utf-8")
    with tiny() as url:
        made = run_files(folder / "connector.yaml", folder / "good.yaml", connector=f"{url}/elsewhere")
    assert [row.outcome for row in made.results] == [Outcome.FAILED, Outcome.PASSED]
    assert made.exit_code == 1
    assert made.results[0].reason.startswith("the connector: ")
    assert "GET /capabilities" in made.results[0].reason


def test_a_connector_that_breaks_in_a_step_is_told_with_the_step(
    folder: Path, run_files: Callable[..., Run], tiny: Callable[..., AbstractContextManager[str]]
) -> None:
    serving = {"carriers": ["cdek", "mail_alliance"], "claims": ["clock"]}
    (folder / "connector.yaml").write_text(
        HEAD.replace("steps:", "connector: {}\nsteps:\n  - {connector: {place: p1}}"), "utf-8"
    )
    with tiny(**serving) as url:
        made = run_files(folder / "connector.yaml", connector=url)
    [(step, failure)] = made.results[0].failures
    assert (step.number, step.line) == (1, 6)
    assert "POST /run answered 500" in failure.found
    assert made.exit_code == 1


def test_nobody_at_the_connector_is_told_before_anything_runs(
    folder: Path, run_files: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    from parcelproof.conformance.scenarios import runner

    monkeypatch.setattr(runner, "run_scenario", lambda *_, **__: pytest.fail("a scenario ran"))
    (folder / "z.yaml").write_text(HEAD.replace("steps:", "connector: {}\nsteps:"), "utf-8")
    with pytest.raises(UsageError, match=r"no connector answers at .*start it first"):
        run_files(folder / "good.yaml", folder / "z.yaml", connector="http://127.0.0.1:9")


def test_what_a_connector_lacks_is_skipped_with_the_reason(
    tmp_path: Path, run_files: Callable[..., Run], tiny: Callable[..., AbstractContextManager[str]]
) -> None:
    file = tmp_path / "connector.yaml"
    file.write_text(HEAD.replace("steps:", "connector: {}\nsteps:"), "utf-8")
    with tiny() as url:
        made = run_files(file, connector=url, jobs=3)
    assert (made.results[0].outcome, made.exit_code, made.word) == (Outcome.SKIPPED, 2, "NOTHING WAS RUN")
    assert made.results[0].reason == "not applicable: the connector does not serve cdek, mail_alliance"


def test_a_format_that_a_connector_has_not_got_is_skipped_with_the_reason(
    tmp_path: Path, run_files: Callable[..., Run], tiny: Callable[..., AbstractContextManager[str]]
) -> None:
    file = tmp_path / "connector.yaml"
    file.write_text(HEAD.replace("steps:", "connector: {label_format: ZPL}\nsteps:"), "utf-8")
    serving = {"carriers": ["cdek", "mail_alliance"], "claims": ["clock"], "label_formats": ["PNG"]}
    with tiny(**serving) as url:
        made = run_files(file, connector=url)
    assert (made.results[0].outcome, made.exit_code, made.word) == (Outcome.SKIPPED, 2, "NOTHING WAS RUN")
    assert made.results[0].reason == "not applicable: the connector hands out no labels in ZPL"
