"""What the judge makes happen, in a few words for a picture and in a sentence for a story."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from ..scenarios.naming import CARRIERS, Names
from .record import Done

JUDGE, CONNECTOR, MAIL_SERVER, BUYER, STRANGER = "judge", "connector", "mail server", "buyer", "stranger"
SOMEBODY = "carriers"


class Deed(NamedTuple):
    """Whom it concerns, a line, and a sentence without its beginning and its end."""

    target: str
    line: str
    told: str


def said_of(done: Done, names: Names) -> Deed | None:
    """Return what is told of an act; None when there is nothing to tell."""
    say = DEEDS.get((done.side, done.name))
    return None if say is None else say(done, names)


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


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _orders(done: Done) -> str:
    found = [str(order["number"]) for order in done.args]
    return f"{'order' if len(found) == 1 else 'orders'} {_listed(found)}" if found else "no order"


def _books(done: Done, names: Names) -> Deed:
    orders = _orders(done)
    are = "is" if len(done.args) == 1 else "are"
    failed = f"{orders} {are} to be booked, and {are} not within two hours"
    told = f"{orders} {are} booked" if done.error is None else failed
    return Deed(CONNECTOR, f"place {orders.partition(' ')[2]}, wait until booked", told)


def _places(done: Done, names: Names) -> Deed:
    orders = _orders(done)
    return Deed(
        CONNECTOR, f"place {orders.partition(' ')[2]}", f"{orders} {'is' if len(done.args) == 1 else 'are'} placed"
    )


def _places_one(done: Done, names: Names) -> Deed:
    number = done.args[0]["number"]
    return Deed(CONNECTOR, f"place {number}", f"order {number} is placed")


def _scan(done: Done, names: Names) -> Deed:
    on_bench = done.side == "bench"
    number = str(done.args[0]) if on_bench else names.order_of(str(done.args[1]))
    code, occurred = done.args[1 if on_bench else 2], done.kwargs.get("occurred_at")
    carrier = names.carrier_of(number) or SOMEBODY
    late = occurred is not None and occurred < done.at
    ago = span(done.at - occurred) if occurred is not None and late else ""
    line = f"{number}: {code}" + (f", {ago} ago" if late else "")
    return Deed(
        carrier, line, f"{carrier} records «{code}» for {number}" + (f", which happened {ago} before" if late else "")
    )


def _revoke(done: Done, names: Names) -> Deed:
    number = names.order_of(str(done.args[1]))
    carrier = names.carrier_of(number) or SOMEBODY
    return Deed(
        carrier, f"{number}: scan {done.args[2]} withdrawn", f"{carrier} withdraws scan {done.args[2]} of {number}"
    )


def _journey(done: Done, names: Names) -> Deed:
    number = names.order_of(str(done.args[1]))
    carrier, life = names.carrier_of(number) or SOMEBODY, done.kwargs.get("story") or "of its own"
    return Deed(carrier, f"{number}: life «{life}»", f"the parcel of {number} begins the life «{life}»")


def _fault(done: Done, names: Names) -> Deed:
    given = done.kwargs
    carrier = CARRIERS.get(str(given.get("carrier")), SOMEBODY)
    what = " ".join(str(given[key]) for key in ("kind", "status", "point") if given.get(key))
    which = f"call number {given['nth']}" if given.get("nth") else "calls"
    where = given.get("operation", "*")
    told = f"{carrier} is told to spoil {which} of {'any kind' if where == '*' else where}: {what}"
    return Deed(carrier, f"fault on {where}: {what}", told)


def _switches(done: Done, names: Names) -> Deed:
    carrier = CARRIERS.get(str(done.args[1]), SOMEBODY)
    on = _listed([f"{key} {value}" for key, value in done.kwargs.items() if value] or ["nothing"])
    return Deed(carrier, f"webhooks: {on}", f"the webhooks of {carrier} are disturbed from now on: {on}")


def _payout(done: Done, names: Names) -> Deed:
    carrier = CARRIERS.get(str(done.args[1]), SOMEBODY)
    return Deed(carrier, "payout", f"{carrier} pays out")


def _kills(done: Done, names: Names) -> Deed:
    if not done.args:
        told = "the connector is ended by SIGKILL while nothing is asked of it, and started again"
        return Deed(CONNECTOR, "SIGKILL, start", told)
    carrier, when = CARRIERS.get(str(done.kwargs.get("carrier")), SOMEBODY), done.kwargs.get("when", "after")
    effect = "before it has had any effect" if when == "before" else "when it has had its effect and is not answered"
    told = (
        f"from now on the connector is watched: when it next asks {carrier} for {done.args[0]}, it is ended by SIGKILL "
        f"{effect}, and started again"
    )
    return Deed(CONNECTOR, f"SIGKILL {when} its next {done.args[0]}", told)


def _refuses(done: Done, names: Names) -> Deed:
    answer = done.args[1] or "no more"
    return Deed(
        MAIL_SERVER,
        f"refuses {done.args[0]}: {answer}",
        f"the mail server refuses {done.args[0]} from now on: {answer}",
    )


def _connector(line: str, told: str) -> Callable[[Done, Names], Deed]:
    """Return what fills in the call's arguments by their places."""
    return lambda done, names: Deed(CONNECTOR, line.format(*done.args), told.format(*done.args))


DEEDS: dict[tuple[str, str], Callable[[Done, Names], Any]] = {
    ("bench", "book"): _books,
    ("bench", "place"): _places,
    ("bench", "kill"): _kills,
    ("connector", "place"): _places_one,
    ("connector", "confirm"): _connector("confirm {0}", "order {0} is confirmed"),
    ("connector", "cancel"): _connector("cancel {0}", "order {0} is called off"),
    ("connector", "send_back"): _connector("return of {0}", "the buyer of {0} sends goods back"),
    ("connector", "quotes"): _connector("offers for {0}?", "the offers for {0} are asked for"),
    ("connector", "enter_novelty"): _connector("novelty {1} of {0}", "staff enter «{1}» for {0}"),
    ("connector", "subscribe"): _connector("{1} follows {0}", "{1} asks to be told of {0}"),
    ("connector", "unsubscribe"): lambda done, names: Deed(
        CONNECTOR, "somebody follows no more", "somebody follows no more"
    ),
    ("connector", "run_alerts"): _connector("run alerts", "the run that sends mails is started by hand"),
    ("connector", "import_orders"): _connector("import {0}", "the file {0} is imported"),
    ("bench", "feed"): _connector("report {0}", "the report {0} is fed"),
    ("connector", "feed"): _connector("report {0}", "the report {0} is fed"),
    ("bench", "send"): lambda done, names: Deed(
        CONNECTOR, "forged webhook", "somebody who is no carrier sends a webhook"
    ),
    ("bench", "scan"): _scan,
    ("control", "scan"): _scan,
    ("control", "revoke"): _revoke,
    ("control", "journey"): _journey,
    ("control", "add_fault"): _fault,
    ("control", "clear_faults"): lambda done, names: Deed(SOMEBODY, "faults end", "the faults end"),
    ("control", "switches"): _switches,
    ("control", "make_payout"): _payout,
    ("mailbox", "refuse"): _refuses,
}
