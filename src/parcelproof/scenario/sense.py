"""What a scenario must fulfil beyond its shape: names are known, times can be told, each step does one thing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, get_args, get_origin

import msgspec

from .acts import Feed, Forgery, Journey, Payout, Request, Revoke, Switch
from .annotations import MAPPINGS, item_of, members, metas, plain
from .expectations import Expect
from .references import ATTRIBUTES, DATE, KEPT, PLAIN, found_in
from .shapes import Scenario, Step
from .times import TimeError, date_of, duration_ms, moment, start_of, zone_of

Path = tuple[str | int, ...]
Found = tuple[Path, str]
ACTORS = ("shop", "carrier", "receiver", "connector", "stranger", "mail_server")
CHOICES = {
    "webhooks": ("receiver", "of", "during", "answered", "any_order"),
    "documents": ("of",),
    "payouts": ("carrier",),
}
FEEDS = ("carrier", "json", "text", "base64")
EPOCH = datetime(2026, 3, 2, 9, tzinfo=UTC)


def problems_of(scenario: Scenario) -> Iterator[Found]:
    """Yield (path, sentence) for everything that makes no sense."""
    names = _Names(scenario)
    yield from _walk(scenario, Scenario, (), names)
    for place, step in enumerate(scenario.steps):
        yield from _step(step, ("steps", place))
    yield from _times(scenario)


def act_of(step: Step) -> tuple[str, str, Any] | None:
    """Return (actor, name of what it does, what it does), None for a step that only looks."""
    for actor in ACTORS:
        acts = getattr(step, actor)
        if acts is not None:
            for field in msgspec.structs.fields(acts):
                if (found := getattr(acts, field.name)) is not None:
                    return actor, field.encode_name, found
    return None


def _step(step: Step, path: Path) -> Iterator[Found]:
    actors = [actor for actor in ACTORS if getattr(step, actor) is not None]
    if len(actors) > 1:
        yield path, f"one step has one actor; found {' and '.join(actors)}"
    if not actors and step.expect is None and not step.settle:
        yield path, f"the step does nothing and expects nothing; give one of {', '.join(ACTORS)}, or expect"
    for actor in actors:
        acts = getattr(step, actor)
        done = [field.encode_name for field in msgspec.structs.fields(acts) if getattr(acts, field.name) is not None]
        if len(done) != 1:
            allowed = ", ".join(acts.__struct_encode_fields__)
            yield (*path, actor), f"one step does one thing; found {' and '.join(done) or 'none'}; allowed: {allowed}"
        else:
            yield from _choices(act_of(step), (*path, actor, *done))
    if step.repeat > 1 and not actors:
        yield (*path, "repeat"), "nothing is done that could be repeated"
    if step.expect is not None and step.expect.answer is not None and actors not in (["shop"], ["connector"]):
        yield (*path, "expect", "answer"), "only what the shop or the connector does has an answer"
    if step.expect is not None:
        yield from _looks(step.expect, (*path, "expect"))


def _looks(expect: Expect, path: Path) -> Iterator[Found]:
    """Find what chooses webhooks, documents or payouts and then expects nothing of them: it would always hold."""
    if expect.requirement is not None and expect == Expect(requirement=expect.requirement, holds=expect.holds):
        yield (*path, "requirement"), "nothing else is expected that could prove it"
    if expect.mails is not None:
        for one in expect.mails if isinstance(expect.mails, tuple) else (expect.mails,):
            if (one.told is None) != (not one.words):
                yield (*path, "mails"), "`words` and `told` go together"
    for name, choosing in CHOICES.items():
        given = getattr(expect, name)
        for place, one in enumerate(given if isinstance(given, tuple) else [given]):
            if one is None:
                continue
            looks = [field for field in msgspec.structs.fields(one) if field.name not in choosing]
            if all(getattr(one, field.name) in (None, {}) for field in looks):
                where = (*path, name, place) if isinstance(given, tuple) else (*path, name)
                yield where, f"nothing is expected here; give one of {', '.join(field.encode_name for field in looks)}"


def _choices(act: tuple[str, str, Any] | None, path: Path) -> Iterator[Found]:
    match act[2] if act else None:
        case Journey(story=story, table=table) if (story is None) == (table is None):
            yield path, "a journey has either `story` or `table`"
        case Journey(table=()):
            yield (*path, "table"), "the table has no row; write [+2h, code]"
        case Switch() as switch if switch == Switch(carrier=switch.carrier):
            switches = [name for name in switch.__struct_encode_fields__ if name != "carrier"]
            yield path, f"nothing is switched; give one of {', '.join(switches)}"
        case Revoke(code=code, sequence=sequence) if bool(code) == bool(sequence):
            yield path, "a revocation names either `code` or `sequence`"
        case Forgery(copy=copy, text=text) if (copy is None) == (text is None):
            yield path, "a webhook is either a `copy` or a `text`"
        case Feed() as feed:
            given = [name for name in FEEDS if getattr(feed, "json_" if name == "json" else name) is not None]
            if len(given) != 1:
                yield path, f"a report is one of {', '.join(FEEDS)}; found {' and '.join(given) or 'none'}"
        case Request() as request:
            bodies = [name for name in ("json_", "form", "text") if getattr(request, name) is not None]
            if len(bodies) > 1:
                yield path, f"a request has one body; found {' and '.join(bodies)}".replace("json_", "json")
            if not request.path.startswith("/"):
                yield (*path, "path"), f"{request.path!r} does not begin with a slash"
            for name in request.keep:
                if not KEPT.fullmatch(name):
                    yield (
                        (*path, "keep", name),
                        "a kept name is small letters, digits, underscores, at most two dots",
                    )


class _Names:
    """What a scenario's texts may refer to."""

    def __init__(self, scenario: Scenario) -> None:
        acts = [act for step in scenario.steps if (act := act_of(step))]
        self.reports = {act.report for _, _, act in acts if isinstance(act, Payout)}
        self.reports |= {"report" for _, name, act in acts if name == "payout" and isinstance(act, str)}
        self.kept = {name for _, _, act in acts if isinstance(act, Request) for name in act.keep}
        self.known = {
            "parcel": set(scenario.parcels),
            "party": set(scenario.parties),
            "receiver": set(scenario.receivers),
            "report": self.reports,
        }

    def refusal(self, kind: str, name: str) -> str:
        """Return why a name of this kind is none, or ""."""
        head = name.removesuffix(".return") if kind == "parcel" else name
        return "" if head in self.known[kind] else f"there is no {kind} {head!r}{_near(head, self.known[kind])}"

    def reference_refusal(self, text: str) -> str:
        if text in PLAIN or text in self.kept:
            return ""
        if text.startswith(DATE):
            return _refused(lambda: date_of(text[len(DATE) :], after=EPOCH, start=EPOCH, zone=zone_of("UTC")))
        head, _, attribute = text.rpartition(".")
        for kind, attributes in ATTRIBUTES.items():
            if attribute in attributes and not self.refusal(kind, head):
                return ""
        allowed = [
            f"{name}.{attribute}"
            for kind, attributes in ATTRIBUTES.items()
            for name in sorted(self.known[kind])
            for attribute in attributes
        ]
        return f"${{{text}}} stands for nothing{_near(text, {*allowed, *self.kept, *PLAIN})}"


def _near(name: str, known: set[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.0)
    return f"; the nearest is {near[0]!r}" if near else "; there are none"


def _walk(value: Any, wanted: Any, path: Path, names: _Names) -> Iterator[Found]:
    """Look at every text by what its type says it refers to."""
    if isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            found = getattr(value, field.name)
            if found is not None and found is not msgspec.UNSET:
                yield from _walk(found, field.type, (*path, field.encode_name), names)
    elif isinstance(value, dict):
        keys, values = next(
            (get_args(plain(o)) for o in members(wanted) if get_origin(plain(o)) in MAPPINGS), (Any, Any)
        )
        for key, found in value.items():
            yield from _text(key, keys, (*path, key), names)
            yield from _walk(found, values, (*path, key), names)
    elif isinstance(value, list | tuple):
        lists = next((o for o in members(wanted) if get_origin(plain(o)) in (list, tuple)), list[Any])
        for place, found in enumerate(value):
            yield from _walk(found, item_of(lists, place), (*path, place), names)
    elif isinstance(value, str):
        yield from _text(value, wanted, path, names)


def _text(text: str, wanted: Any, path: Path, names: _Names) -> Iterator[Found]:
    for option in members(wanted):
        for extra in (meta.extra for meta in metas(option) if meta.extra):
            if refusal := _reading(text, extra, names):
                yield path, refusal
    for reference in found_in(text):
        if refusal := names.reference_refusal(reference):
            yield path, refusal


def _reading(text: str, extra: dict[str, Any], names: _Names) -> str:
    if "refers" in extra:
        return names.refusal(extra["refers"], text)
    return _refused(lambda: duration_ms(text)) if extra.get("read") == "duration" else ""


def _refused(read: Any) -> str:
    try:
        read()
    except TimeError as error:
        return str(error)
    return ""


def _times(scenario: Scenario) -> Iterator[Found]:
    """Walk through all times as a run would, each after the one before it."""
    try:
        zone = zone_of(scenario.zone)
    except TimeError as error:
        yield ("zone",), str(error)
        return
    try:
        start = now = start_of(scenario.start, zone)
    except TimeError as error:
        yield ("start",), str(error)
        return
    for place, step in enumerate(scenario.steps):
        try:
            now = moment(step.when, after=now, start=start, zone=zone)
        except TimeError as error:
            yield ("steps", place, "when"), str(error)
            continue
        act = act_of(step)
        if act is None or not isinstance(act[2], Journey) or act[2].table is None:
            continue
        at = now
        for index, row in enumerate(act[2].table):
            try:
                at = moment(row[0] if isinstance(row, tuple) else row.at, after=at, start=start, zone=zone)
            except TimeError as error:
                yield ("steps", place, "carrier", "journey", "table", index), str(error)
