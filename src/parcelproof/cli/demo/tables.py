"""What the demo shows at the end: offers, orders by status, money, and the verdict by requirement."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from parcelproof.conformance.catalogue import Requirement
from parcelproof.conformance.driver.shapes import Balances, Money, OrderView, ProfitRow, Quote
from parcelproof.conformance.history import Judgement

from .claims import Claims

SHOWN_OFFERS = 3  # orders whose offers are drawn; out/offers.json has all
SHOWN_OUTSTANDING = 6
NARROW = {"order", "carrier", "service", ">net", ">surcharges", ">tax", ">total", "days"}  # never broken over lines
COLOURS = {"passed": "green", "failed": "bold red", "warned": "yellow", "skipped": "dim"}


def amount(minor: int, currency: str) -> str:
    """Return an amount as people write it. Every currency of the demo has two decimals."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100:,}.{abs(minor) % 100:02} {currency}".replace(",", " ")


def money(value: Money | None) -> str:
    return "" if value is None else amount(value.amount_minor, value.currency)


def table(title: str, *columns: str) -> Table:
    """Return an empty table; columns that begin with > are aligned to the right."""
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold", min_width=len(title) + 2)
    for column in columns:
        right = column.startswith(">")
        made.add_column(column.removeprefix(">"), justify="right" if right else "left", no_wrap=column in NARROW)
    return made


def offers(quotes: Mapping[str, Sequence[Quote]]) -> Table:
    """Return the offers of a few orders that more than one carrier serves; the chosen one is marked."""
    several = [number for number, found in quotes.items() if len({quote.carrier for quote in found}) > 1]
    drawn = table(
        f"Offers for {min(SHOWN_OFFERS, len(several))} of {len(quotes)} orders, nothing booked yet",
        "order", "carrier", "service", ">net", ">surcharges", ">tax", ">total", "days", "",
    )  # fmt: skip
    for number in several[:SHOWN_OFFERS]:
        for quote in quotes[number]:
            surcharges = sum(one.amount.amount_minor for one in quote.surcharges)
            drawn.add_row(
                number, quote.carrier, quote.service, money(quote.net), amount(surcharges, quote.net.currency),
                money(quote.tax), money(quote.total), f"{quote.days_min}-{quote.days_max}", "✓" * quote.chosen,
            )  # fmt: skip
        drawn.add_section()
    return drawn


def orders_by_status(orders: Iterable[OrderView]) -> Table:
    found = list(orders)
    carriers = sorted({view.carrier for view in found if view.carrier})
    counts = Counter((view.status or view.state, view.carrier) for view in found)
    drawn = table("Orders by status", "status", *(f">{carrier}" for carrier in carriers), ">all")
    for status in sorted({status for status, _ in counts}):
        row = [counts[status, carrier] for carrier in carriers]
        drawn.add_row(status, *(str(number or "") for number in row), str(sum(row)))
    return drawn


def owed(balances: Balances) -> Table:
    drawn = table(
        "What each carrier still owes; with a minus, what we owe it",
        "carrier",
        ">collected",
        ">fees",
        ">paid out",
        ">still owes",
    )
    for row in balances.carriers:
        sums = (row.collected_minor, row.fees_minor, row.paid_out_minor, row.owed_minor)
        drawn.add_row(row.carrier, *(amount(minor, row.currency) for minor in sums))
    return drawn


def outstanding(balances: Balances) -> Iterator[RenderableType]:
    """Yield a table of the orders that no report has closed yet; nothing when there are none."""
    rows = balances.outstanding
    if rows:
        more = f", the first {SHOWN_OUTSTANDING}" if len(rows) > SHOWN_OUTSTANDING else ""
        drawn = table(f"Outstanding: {len(rows)} orders{more}", "order", "why")
        for row in rows[:SHOWN_OUTSTANDING]:
            drawn.add_row(row.order, escape(row.why))
        yield drawn


def profit_and_loss(rows: Iterable[ProfitRow]) -> Table:
    drawn = table("Profit and loss", "item", ">amount")
    for row in rows:
        drawn.add_row(row.item, amount(row.amount_minor, row.currency))
    return drawn


def verdict(judgements: Iterable[Judgement], catalogue: Mapping[str, Requirement]) -> Table:
    """Return one row a requirement: how it went, over how many subjects, and what was first found to be wrong."""
    drawn = table(
        "Verdict by requirement", "requirement", "level", "verdict", ">looked at", "what it asks, or what is wrong"
    )
    for one in judgements:
        requirement = catalogue[one.requirement]
        says = str(one.findings[0]) if one.findings else one.reason or requirement.text
        colour = COLOURS[one.verdict]
        drawn.add_row(
            one.requirement,
            requirement.level.value,
            f"[{colour}]{one.verdict}[/]",
            str(one.checked or ""),
            escape(says),
        )
    return drawn


def wrong_claims(claims: Claims) -> Iterator[RenderableType]:
    """Yield a table of the demo's own claims that do not hold; nothing when all do."""
    wrong = [claim for claim in claims.made if not claim.holds]
    if wrong:
        drawn = table(f"{len(wrong)} of {len(claims.made)} claims of the demo do not hold", "claim", "what is wrong")
        for claim in wrong:
            drawn.add_row(escape(claim.text), escape(claim.wrong))
        yield drawn
