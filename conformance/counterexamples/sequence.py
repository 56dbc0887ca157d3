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
from .record import Done
from .witness import Witness

JUDGE, CONNECTOR, MAIL_SERVER, BUYER, STRANGER = "judge", "connector", "mail server", "buyer", "stranger"
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


def span(length: timedelta) -> str:
    """Return a length of time in words: `2 h`, `1 d 3 h 05 min`, `40 s`."""
    seconds = max(0, round(length.total_seconds()))
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3_600)
    minutes, seconds = divmod(seconds, 60)
    parts = [f"{days} d"] * bool(days) + [f"{hours} h"] * bool(hours)
    if minutes:
        parts.append(f"{minutes:02} min" if parts else f"{minutes} min")
    if seconds and not days:
        parts.append(f"{seconds} s")
    return " ".join(parts) or "0 s"


# -- what each thing looks like


def _of_act(done: Done, start: datetime, names: Names) -> Iterator[Message]:
    after = done.at - start
    said = ACTS.get((done.side, done.name))
    if said is None:
        return
    target, line = said(done, names)
    status = "" if done.error is None else _refusal(done.error)
    source = JUDGE if target == CONNECTOR else target  # what carriers and mail server do by themselves
    if (done.side, done.name) == ("bench", "send"):
        source, status = STRANGER, str(done.result)
    yield Message(after, source, target, plain(line, names), plain(status, names), wrong=done.error is not None)


def _refusal(error: Exception) -> str:
    status = getattr(error, "status", None)
    return f"{status}" if status else type(error).__name__


def _of_exchange(entry: Exchange, start: datetime, names: Names) -> Message:
    lost, reads = not entry.status, entry.method in ("GET", "HEAD")
    status = "no answer" if lost else str(entry.status)
    if entry.fault:
        status += f" · fault: {entry.fault}"
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


TOKENS = frozenset(("token", "issue_token"))
MOUNTS = ("/cdek", "/mail-alliance")


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


# -- what the judge does, in a few words


def _carrier_of(done: Done, names: Names) -> str:
    return CARRIERS.get(str(done.args[1]), CARRIERS.get(str(done.kwargs.get("carrier")), "carriers"))


def _numbers(done: Done) -> str:
    return ", ".join(str(order["number"]) for order in done.args)


def _scan(done: Done, names: Names) -> tuple[str, str]:
    on_bench = done.side == "bench"
    number = str(done.args[0]) if on_bench else names.order_of(str(done.args[1]))
    code, occurred = done.args[1 if on_bench else 2], done.kwargs.get("occurred_at")
    ago = f", {span(done.at - occurred)} ago" if occurred is not None and occurred < done.at else ""
    return names.carrier_of(number) or "carriers", f"{number}: {code}{ago}"


def _revoke(done: Done, names: Names) -> tuple[str, str]:
    number = names.order_of(str(done.args[1]))
    return names.carrier_of(number) or "carriers", f"{number}: scan {done.args[2]} withdrawn"


def _journey(done: Done, names: Names) -> tuple[str, str]:
    number = names.order_of(str(done.args[1]))
    return names.carrier_of(number) or "carriers", f"{number}: journey {done.kwargs.get('story') or 'of its own'}"


def _fault(done: Done, names: Names) -> tuple[str, str]:
    given = done.kwargs
    point = f" {given['point']}" if given.get("point") else ""
    what = f"{given.get('kind')}{' ' + str(given['status']) if given.get('status') else ''}{point}"
    return _carrier_of(done, names), f"fault on {given.get('operation', '*')}: {what}"


def _switches(done: Done, names: Names) -> tuple[str, str]:
    on = [f"{key} {value}" for key, value in done.kwargs.items() if value]
    return CARRIERS.get(str(done.args[1]), "carriers"), f"webhooks: {', '.join(on) or 'undisturbed'}"


def _to_connector(line: str) -> Any:
    return lambda done, names: (CONNECTOR, line.format(*done.args, **done.kwargs))


ACTS: dict[tuple[str, str], Any] = {
    ("bench", "book"): lambda done, names: (CONNECTOR, f"place {_numbers(done)}, wait until booked"),
    ("bench", "place"): lambda done, names: (CONNECTOR, f"place {_numbers(done)}"),
    ("connector", "place"): lambda done, names: (CONNECTOR, f"place {done.args[0]['number']}"),
    ("connector", "confirm"): lambda done, names: (CONNECTOR, f"confirm {done.args[0]}"),
    ("connector", "cancel"): _to_connector("cancel {0}"),
    ("connector", "send_back"): _to_connector("send back {0}"),
    ("connector", "quotes"): _to_connector("offers for {0}?"),
    ("connector", "enter_novelty"): _to_connector("novelty {1} of {0}"),
    ("connector", "subscribe"): _to_connector("{1} follows {0}"),
    ("connector", "unsubscribe"): lambda done, names: (CONNECTOR, "somebody follows no more"),
    ("connector", "run_alerts"): _to_connector("run alerts"),
    ("connector", "import_orders"): lambda done, names: (CONNECTOR, f"import {done.args[0]}"),
    ("bench", "feed"): lambda done, names: (CONNECTOR, f"report {done.args[0]}"),
    ("connector", "feed"): lambda done, names: (CONNECTOR, f"report {done.args[0]}"),
    ("bench", "send"): lambda done, names: (CONNECTOR, "webhook that no carrier sent"),
    ("bench", "scan"): _scan,
    ("control", "scan"): _scan,
    ("control", "revoke"): _revoke,
    ("control", "journey"): _journey,
    ("control", "add_fault"): _fault,
    ("control", "clear_faults"): lambda done, names: ("carriers", "faults end"),
    ("control", "switches"): _switches,
    ("control", "make_payout"): lambda done, names: (CARRIERS.get(str(done.args[1]), "carriers"), "payout"),
    ("mailbox", "refuse"): lambda done, names: (MAIL_SERVER, f"refuses {done.args[0]}: {done.args[1] or 'no more'}"),
}
