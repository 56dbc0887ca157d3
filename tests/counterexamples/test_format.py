"""What counterexamples add to the format of scenarios: complaints name file, line and key."""

from pathlib import Path

import pytest

from parcelproof.conformance.scenarios.runner import find
from parcelproof.scenario import ScenarioError, parse

GOOD = """\
scenario: A counterexample
settle: false
connector: {accounts: [cdek]}
parcels:
  p1: {carrier: cdek, reference: S-1}
steps:
  - connector: {book: p1}
  - stranger: {webhook: {carrier: cdek, copy: 1}}
  - when: +1h
    settle: true
    expect: {orders: {p1: {/status: announced}}, requirement: TRK-002, holds: [TRK-003]}
violated:
  case: TRK-002/a_case
  seed: 1
  findings:
    - {requirement: TRK-002, subject: S-1, expected: announced, found: "${p1.number}"}
"""


def test_the_good_one_is_read() -> None:
    assert parse(GOOD.encode()).violated is not None


@pytest.mark.parametrize(
    ("change", "into", "says"),
    [
        ("book: p1", "book: [p1, p2]", "file.yaml:7: steps[1].connector.book[2]: there is no parcel 'p2'"),
        ("copy: 1", "copy: 1, text: x", "file.yaml:8: steps[2].stranger.webhook: a webhook is either a `copy` or a"),
        ("copy: 1", "copy: 0", "file.yaml:8: steps[2].stranger.webhook.copy"),
        ("holds: [TRK-003]", "holds: [TRK3]", "file.yaml:11: steps[3].expect.holds[1]"),
        ("orders: {p1: {/status: announced}}, ", "", "file.yaml:11: steps[3].expect.requirement: nothing else is"),
        ("orders: {p1: {/status: announced}}", "mails: {words: [a]}", "expect.mails: `words` and `told` go together"),
        ("orders: {p1: {/status: announced}}", "driver: {stok: {}}", "file.yaml:11: steps[3].expect.driver.stok"),
        ("book: p1", "feed: {name: x.csv}", "file.yaml:7: steps[1].connector.feed: a report is one of carrier, json"),
        ("requirement: TRK-002, subject", "requirment: TRK-002, subject", "the nearest is 'requirement'"),
        ("p1.number", "p1.nmber", "file.yaml:16: violated.findings[1].found: ${p1.nmber} stands for nothing"),
        ("  seed: 1\n", "", "violated: the key 'seed' is missing"),
        ("accounts: [cdek]", "accounts: [dhl]", "file.yaml:3: connector.accounts[1]"),
    ],
)
def test_a_complaint_names_file_line_and_key(change: str, into: str, says: str) -> None:
    assert change in GOOD
    with pytest.raises(ScenarioError) as caught:
        parse(GOOD.replace(change, into, 1).encode(), "file.yaml")
    assert says in str(caught.value)


def test_a_requirement_that_no_check_proves_is_a_wrong_file(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(GOOD.replace("TRK-003", "TRK-999"), "utf-8")
    [found] = find([file])
    assert found.scenario is None
    assert f"{file}:9: steps[3].expect.holds[1]: 'TRK-999': no check over all that happened" in found.problem
