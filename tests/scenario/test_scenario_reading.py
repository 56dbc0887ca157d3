"""Reading scenario files: bounded, data only, and complaints that name file, line and key."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parcelproof.scenario import Scenario, ScenarioError, nodes, parse, read
from parcelproof.scenario.nodes import MOST_BYTES, MOST_DEPTH, MOST_NODES, compose
from parcelproof.scenario.schema import made, shipped
from parcelproof.scenario.writing import text_of

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "scenarios").glob("*.yaml"))
GOOD = """\
scenario: A small one
zone: Europe/Berlin
receivers: {hook: {}}
parties:
  anna: {name: Anna, street: Abt, postal_code: 01067, city: Dresden, country: NO}
parcels:
  p1: {carrier: mail_alliance, to: anna}
steps:
  - shop: {create: p1}
    expect: {answer: 201}
  - when: +2h
    carrier: {scan: {parcel: p1, code: shipped}}
    expect: {status: {p1: accepted}}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as refused:
        parse(text.encode(), "file.yaml")
    return [str(problem) for problem in refused.value.problems]


def test_plain_values_are_what_their_key_wants() -> None:
    scenario = parse(GOOD.encode())
    anna = scenario.parties["anna"]
    assert (anna.postal_code, anna.country) == ("01067", "NO")
    assert scenario.steps[1].when == "+2h"


@pytest.mark.parametrize(
    ("change", "into", "says"),
    [
        ("carrier: {scan", "carier: {scan", "file.yaml:12: steps[2].carier: no such key; the nearest is 'carrier'"),
        ("code: shipped", "cod: shipped", "steps[2].carrier.scan.cod: no such key; the nearest is 'code'"),
        ("code: shipped", "place: X", "file.yaml:12: steps[2].carrier.scan: the key 'code' is missing"),
        ("to: anna", "to: ana", "file.yaml:7: parcels.p1.to: there is no party 'ana'; the nearest is 'anna'"),
        ("create: p1", "create: p2", "file.yaml:9: steps[1].shop.create: there is no parcel 'p2'; the nearest is 'p1'"),
        ("when: +2h", "when: 2h later", "file.yaml:11: steps[2].when: '2h later' is no time; write +2h"),
        ("when: +2h", "when: day 0 08:00", "file.yaml:11: steps[2].when: 'day 0 08:00' is no time: days count from 1"),
        ("p1: accepted", "p1: accepteed", "file.yaml:13: steps[2].expect.status.p1: 'accepteed'"),
        ("p1: accepted", "P1: accepted", "file.yaml:13: steps[2].expect.status.P1"),
        ("mail_alliance,", "mail-alliance,", "the nearest is 'mail_alliance'"),
        ("zone: Europe/Berlin", "zone: Berlin", "file.yaml:2: zone: there is no zone 'Berlin'; write an IANA name"),
        ("answer: 201", "answer: 99", "file.yaml:10: steps[1].expect.answer"),
        ("answer: 201", "answer: [201]", "a list stands here; allowed: a whole number from 100 to 599 or a"),
        ("{create: p1}", "p1", "'p1' stands here; allowed: a mapping of create, cancel"),
        ("{create: p1}", "{create: p1, cancel: p1}", "one step does one thing; found create and cancel"),
        ("    carrier: {scan", "    shop: {cancel: p1}\n    carrier: {scan", "one actor; found shop and carrier"),
        ("zone: Europe/Berlin", "zone: UTC\nzone: UTC", "file.yaml:3: zone: the key 'zone' stands twice"),
        ("create: p1", "create: &a p1", "anchors and aliases (& and *) are not allowed"),
        ("create: p1", "create: *a", "anchors and aliases (& and *) are not allowed"),
        ("create: p1", "create: !!python/name:os.system x", "tags are not allowed"),
        ("city: Dresden", "city: !!binary x", "tags are not allowed"),
        ("steps:", "steps: [", "this is no YAML"),
        ("when: +2h", "when: +2h\n    note: ${p1.nmber}", "${p1.nmber} stands for nothing; the nearest is 'p1.number'"),
        ("    carrier: {scan: {parcel: p1, code: shipped}}\n    expect: {status: {p1: accepted}}",
         "    expect: {answer: 200}",
         "file.yaml:12: steps[2].expect.answer: only what the shop"),
        ("{status: {p1: accepted}}", "{webhooks: {of: p1}}", "file.yaml:13: steps[2].expect.webhooks: nothing"),
        ("{status: {p1: accepted}}", "{webhooks: [{count: 1}, {during: step}]}", "expect.webhooks[2]: nothing"),
        ("mail_alliance,", "dhl,", "'dhl': this is not allowed here; allowed: mail_alliance, cdek, iml, pickp"),
        ("answer: 201", "answer: 2000", "allowed: a whole number from 100 to 599 or a mapping of status, lost"),
        ("code: shipped", "code: shipped, duplicate: -1", "'-1': this is not allowed here; allowed: a whole number f"),
        ("  p1: {carrier", "\tp1: {carrier", "file.yaml:7: this is no YAML: a tab stands here; indent with spaces"),
        ("{status: {p1: accepted}}", "{documents: {of: p1}}", "nothing is expected here; give one of kinds, count"),
        ("{status: {p1: accepted}}", "{payouts: {carrier: cdek}}", "nothing is expected here; give one of count, json"),
        ("{scan: {parcel: p1, code: shipped}}", "{webhooks: {carrier: cdek}}", "nothing is switched; give one of dupl"),
        ("{scan: {parcel: p1, code: shipped}}", "{journey: {parcel: p1, table: []}}", "table: the table has no row"),
    ],
)  # fmt: skip
def test_a_complaint_names_file_line_and_key(change: str, into: str, says: str) -> None:
    assert change in GOOD
    assert says in "\n".join(problems(GOOD.replace(change, into, 1)))


def test_all_mistakes_are_told_at_once() -> None:
    text = GOOD.replace("zone:", "zonne:").replace("carrier: {scan", "carier: {scan").replace("country", "contry")
    assert [problem.split(":")[1] for problem in problems(text)] == ["2", "5", "5", "12"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"# nothing\n", "the file is empty"),
        (b"scenario: \xff", "no UTF-8"),
        (b"a: 1\n---\nb: 2\n", "a second document"),
        (b"[" * (MOST_DEPTH + 1), f"nested more than {MOST_DEPTH} deep"),
        (b"x" * (MOST_BYTES + 1), f"at most {MOST_BYTES}"),
        (b"a: [" + b"1," * MOST_NODES + b"1]", f"more than {MOST_NODES} values"),
        (b"a: &x [1]\nb: [*x, *x]", "anchors and aliases"),
        (b"? [a]\n: b", "a key must be plain text"),
        (b"steps: \x00", "no YAML"),
        (b"- 1", "a list stands here"),
    ],
)
def test_what_is_too_much_or_no_data_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(ScenarioError, match=r"file\.yaml:") as refused:
        parse(content, "file.yaml")
    assert says in str(refused.value)


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize("content", [rb'a: "\ud800"', rb'a: "\ud83d\ude00"', rb'a: "\U00110000"', b"a: [", b"a: &x b"])
def test_both_parsers_refuse_the_same(loader: str, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libyaml is missing, the parser written in Python reads; it lets through what the other does not."""
    monkeypatch.setattr(nodes, "LOADER", getattr(yaml, loader))
    with pytest.raises(ScenarioError, match=r"file\.yaml:\d:"):
        parse(content, "file.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("off", "off"), ("no", "no"), ("NO", "NO"), ("007", "007"), ("+4930", "+4930"), ("08:30", "08:30"),
        ("2026-03-02", "2026-03-02"), ("0x10", "0x10"), ("1_000", "1_000"), ("true", True), ("null", None), ("~", None),
        ("12", 12), ("-3", -3), ("1.50", 1.5), ("1e3", "1e3"), ("'12'", "12"), ('"true"', "true"), ("0", 0),
    ],
)  # fmt: skip
def test_plain_scalars_mean_little(text: str, value: object) -> None:
    """Only null, true, false and plain decimal numbers are no text: `off` is a setting, NO is Norway."""
    scenario = parse(f"scenario: T\ntenant: {{settings: {{x: {text}}}}}\nsteps: [{{expect: {{}}}}]".encode())
    found = scenario.tenant.settings["x"]
    assert (found, type(found)) == (value, type(value))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b"\xef\xbb\xbfscenario: 1")
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_scenario_or_are_refused(content: bytes) -> None:
    try:
        parse(content)
    except ScenarioError as refused:
        assert refused.problems


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_a_file_with_a_part_replaced_is_read_or_refused(data: st.DataObject) -> None:
    """Replace one value of a good file by anything: never another exception, and every complaint has a line."""
    document = yaml.safe_load(GOOD)
    node: Any = document
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
            node = node[key]
        else:
            break
    scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
    values = st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner)
    )
    node[key] = data.draw(values)
    content = yaml.safe_dump(document, allow_unicode=True).encode()
    try:
        assert isinstance(parse(content), Scenario)
    except ScenarioError as refused:
        assert all(1 <= problem.line <= content.count(b"\n") + 1 and problem.sentence for problem in refused.problems)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_what_is_written_reads_back_as_the_same(file: Path) -> None:
    scenario = read(file)
    assert parse(text_of(scenario).encode()) == scenario


def test_the_shipped_schema_is_what_the_shapes_make() -> None:
    assert shipped() == made(), "run python -m parcelproof.scenario.schema src/parcelproof/scenario/schema.json"


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_editor_accepts_every_example_and_knows_where_the_schema_is(file: Path) -> None:
    first = file.read_text("utf-8").splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / named).resolve() == Path(__file__).parents[2] / "src/parcelproof/scenario/schema.json"
    document = plain(compose(str(file), file.read_bytes()))
    jsonschema.Draft202012Validator(json.loads(shipped())).validate(document)


def test_an_editor_sees_a_wrong_key() -> None:
    document = plain(compose("x", GOOD.replace("code:", "cod:").encode()))
    errors = list(jsonschema.Draft202012Validator(json.loads(shipped())).iter_errors(document))
    assert errors
    assert "cod" in str(errors)


def plain(node: Any) -> Any:
    """Return a tree as an editor's YAML 1.2 parser would."""
    if hasattr(node, "text"):
        return node.value()
    if isinstance(node.items, dict):
        return {key: plain(found) for key, found in node.items.items()}
    return [plain(found) for found in node.items]
