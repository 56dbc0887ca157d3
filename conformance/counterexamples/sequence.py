"""What happened in a failed example, message by message: who said what to whom, when, and what came of it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from ..history import Attempt, Exchange, ReceivedMail
from ..run import MOST_EXCHANGES, MOST_SHOWN_CHARS, ShownExchange
from ..scenarios.naming import CARRIERS, ELLIPSIS, Names
from ..wires import WIRES
from .deeds import BUYER, CONNECTOR, JUDGE, STRANGER, said_of, span
from .record import Done
from .witness import Witness

MOST_MESSAGES = 40
FIRST_MESSAGES = 12  # of a long story: so many from its beginning, the others from its end
SECRET_MEMBERS = re.compile(
    r'("(?:client_secret|access_token|refresh_token|secret|signing_secret|api_key|token|password)"\s*:\s*)"[^"]*"'
)
SECRET_FIELDS = re.compile(r"\b(client_secret|access_token|token|password)=[^&\s]*")
REFERENCE = re.compile(r"\$\{(p\d+(?:\.return)?)\.(?:id|number)\}")


@dataclass(frozen=True, slots=True)
class Message:
    """One message, or something that one of them does by itself (`source` is `target`)."""

    after: timedelta
    source: str
    target: str
    line: str
    status: str = ""
    wrong: bool = False  # a fault, a refusal, something lost
    reads: bool = False  # changes nothing: may be left out
    request: str = ""
    answer: str = ""
    told: str = ""  # of what the judge makes happen: a sentence without its end
    times: int = 1


def messages(witness: Witness, names: Names) -> list[Message]:
    """Return all messages of an example in the order of their times; the judge's acts before what they cause."""
    start = witness.record.start
    rows: list[tuple[timedelta, int, Message]] = []
    for done in witness.record.acts:
        rows += [(row.after, 0, row) for row in _of_act(done, start, names)]
    for entry in witness.journal:
        if entry.direction == "in":
            row = _of_exchange(entry, start, names)
            rows.append((row.after, 1, row))
    for attempt in witness.attempts:
        row = _of_attempt(attempt, start, names)
        rows.append((row.after, 2, row))
    for mail in witness.mails:
        row = _of_mail(mail, start, names)
        rows.append((row.after, 3, row))
    return [row for _, _, row in sorted(rows, key=lambda item: item[:2])]


def shown(rows: Sequence[Message]) -> list[ShownExchange]:
    """Return the exchanges that a report shows: what was written rather than what was only read, the last ones."""
    told = [row for row in rows if row.source != row.target]
    if len(told) > MOST_EXCHANGES:
        told = [row for row in told if not row.reads or row.wrong]
    return [
        ShownExchange(
            at=relative(row.after),
            who=row.source,
            to=row.target,
            line=row.line,
            status=row.status,
            request=row.request,
            answer=row.answer,
        )
        for row in told[-MOST_EXCHANGES:]
    ]


def short(rows: Sequence[Message]) -> tuple[list[Message], int]:
    """Return the messages for a picture, equal ones in a row told once, and how many of a long story are left out."""
    joined: list[Message] = []
    for row in rows:
        if joined and _same(joined[-1], row):
            joined[-1] = replace(joined[-1], times=joined[-1].times + 1)
        else:
            joined.append(row)
    if len(joined) > MOST_MESSAGES:
        joined = _joined_reads(joined)
    left = max(0, len(joined) - MOST_MESSAGES)
    return (joined[:FIRST_MESSAGES] + joined[FIRST_MESSAGES + left :] if left else joined), left


def _joined_reads(rows: Iterable[Message]) -> list[Message]:
    """Leave out what was only read and went well."""
    return [row for row in rows if not row.reads or row.wrong]


def _same(one: Message, other: Message) -> bool:
    return (one.source, one.target, one.line, one.status, one.wrong) == (
        other.source,
        other.target,
        other.line,
        other.status,
        other.wrong,
    )


def relative(after: timedelta) -> str:
    """Return a time since the start as people say it: `+1 d 2 h 05 min`."""
    return f"+{span(after)}" if after else "start"


# -- what each thing looks like


def _of_act(done: Done, start: datetime, names: Names) -> Iterator[Message]:
    said = said_of(done, names)
    if said is None:
        return
    status = "" if done.error is None else _refusal(done.error)
    source = JUDGE if said.target == CONNECTOR else said.target  # what carriers and mail server do by themselves
    if (done.side, done.name) == ("bench", "send"):
        source, status = STRANGER, str(done.result)
    yield Message(
        done.at - start,
        source,
        said.target,
        plain(said.line, names),
        plain(status, names),
        wrong=done.error is not None,
        told=plain(said.told, names),
    )


def _refusal(error: Exception) -> str:
    status = getattr(error, "status", None)
    return f"{status}" if status else type(error).__name__


def _of_exchange(entry: Exchange, start: datetime, names: Names) -> Message:
    lost, wire = not entry.status, WIRES.get(entry.carrier)
    reads = entry.method in ("GET", "HEAD") or (wire is not None and wire.is_read(entry))
    status = "no answer" if lost else str(entry.status)
    if entry.fault:
        status += f" · {entry.fault}"
    return Message(
        entry.at - start,
        CONNECTOR,
        CARRIERS.get(entry.carrier, entry.carrier),
        plain(f"{entry.method} {_path(entry.path)}", names),
        plain(status, names),
        wrong=bool(entry.fault) or lost or entry.status >= (500 if reads else 400),
        reads=reads or entry.operation in TOKENS,
        request=body(entry.request_body, names),
        answer=body(entry.response_body, names),
    )


TOKENS = frozenset(("token", "issue_token", "login"))
MOUNTS = tuple(wire.mount for wire in WIRES.values())


def _path(path: str) -> str:
    mount = next((mount for mount in MOUNTS if path.startswith(mount)), "")
    return path.removeprefix(mount)


def _of_attempt(attempt: Attempt, start: datetime, names: Names) -> Message:
    status = attempt.error or str(attempt.status or "no answer")
    return Message(
        attempt.at - start,
        CARRIERS.get(attempt.carrier, attempt.carrier),
        CONNECTOR,
        plain(f"webhook {_event(attempt)}", names),
        plain(status, names),
        wrong=bool(attempt.error) or not 200 <= attempt.status < 300,
        request=body(attempt.body, names),
    )


def _event(attempt: Attempt) -> str:
    try:
        said = msgspec.json.decode(attempt.body)
    except msgspec.DecodeError:
        return attempt.event
    inner = said.get("attributes") if isinstance(said, dict) else None
    code = inner.get("code") if isinstance(inner, dict) else None
    return str(code or (said.get("type") if isinstance(said, dict) else None) or attempt.event)


def _of_mail(mail: ReceivedMail, start: datetime, names: Names) -> Message:
    return Message(
        mail.at - start,
        CONNECTOR,
        BUYER,
        plain(f"mail to {', '.join(mail.recipients)}: {mail.subject}", names),
        "",
        request=body(mail.text, names),
    )


def body(content: Any, names: Names) -> str:
    """Return a body as a report shows it: names for ids, no secrets, not too long."""
    if content in (None, ""):
        return ""
    text = content if isinstance(content, str) else msgspec.json.encode(content).decode()
    text = SECRET_FIELDS.sub(r"\1=" + ELLIPSIS, SECRET_MEMBERS.sub(r'\1"' + ELLIPSIS + '"', text))
    made = names.plain(text[: 4 * MOST_SHOWN_CHARS], most_chars=MOST_SHOWN_CHARS)
    return REFERENCE.sub(r"\1", made)


def plain(text: str, names: Names) -> str:
    """Return a line for people: `p1` for what belongs to p1, nothing that differs between machines."""
    return REFERENCE.sub(r"\1", names.plain(text.replace("\n", " ")))
