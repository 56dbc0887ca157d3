"""The twins of the spreadsheet: the same orders as CSV in two encodings, and a few of them with labels in ZPL."""

from parcelproof.conformance.history import History
from parcelproof.conformance.lab import Lab

from . import orders_file
from .claims import Claims
from .screen import Screen
from .shipping import book, not_booked, read_in

WITH_ZPL = 8  # orders to Europe that are booked with ZPL labels
PROFILES = ("rates", "labels", "tracking", "webhooks", "returns", "notifications", "settlement")


def play(lab: Lab, claims: Claims, screen: Screen) -> History:
    """Read both CSV files and book some orders with ZPL labels."""
    bench = lab.bench("demo twins", 0, {"label_format": "ZPL"}, profiles=PROFILES)
    with screen.act("The same orders as CSV; labels in ZPL", 2 + WITH_ZPL) as step:
        read_in(bench, claims, "orders_cp1251.csv", "orders_cp1251.csv")
        bench.connector.reset(bench.settings)
        step()
        drafts = read_in(bench, claims, "orders.csv", "orders.csv")
        step()
        wanted = orders_file.orders("orders.csv")
        chosen = [number for number in drafts if wanted[number]["recipient"]["country"] != "RU"][:WITH_ZPL]
        bench.placed += [wanted[number] for number in chosen]
        views = book(bench, chosen, step)
        claims.none("orders are booked with ZPL labels", not_booked(views), looked_at=len(views))
        return bench.history(read_labels=True)
