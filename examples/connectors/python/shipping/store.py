"""What must survive a crash, in one SQLite file: settings, orders, events, labels, and what is due when."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from .orders import Order

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
  place INTEGER PRIMARY KEY, number TEXT UNIQUE NOT NULL, remote_id TEXT, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS orders_by_remote_id ON orders (remote_id);
CREATE TABLE IF NOT EXISTS tasks (kind TEXT, subject TEXT, due REAL NOT NULL, PRIMARY KEY (kind, subject));
CREATE TABLE IF NOT EXISTS labels (number TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS notices (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS events (
  number TEXT, event_id TEXT, status TEXT, code TEXT, text TEXT, reason TEXT, occurred_at TEXT, received_at TEXT,
  source TEXT, sequence INTEGER, withdrawn INTEGER DEFAULT 0, PRIMARY KEY (number, event_id));
"""
FORGET = ("DELETE FROM settings", "DELETE FROM orders", "DELETE FROM tasks", "DELETE FROM labels",
          "DELETE FROM notices", "DELETE FROM events")  # fmt: skip
ADD_EVENT = """
INSERT OR IGNORE INTO events (number, event_id, status, code, text, reason, occurred_at, received_at, source, sequence)
VALUES (:number, :event_id, :status, :code, :text, :reason, :occurred_at, :received_at, :source, :sequence)
"""


class Task(NamedTuple):
    kind: str
    subject: str
    due: float


class Store:
    """Every method is one transaction, unless it is called inside `with store.together():`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "connector.sqlite3", isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # enough against a killed process; FULL against a power cut
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def clear(self) -> None:
        for statement in FORGET:
            self._db.execute(statement)

    def setting(self, name: str, default: Any = None) -> Any:
        row = self._db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return default if row is None else json.loads(row["value"])

    def set(self, name: str, value: Any) -> None:
        self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value)))

    # -- orders

    def order(self, number: str) -> Order | None:
        return self._one("SELECT body FROM orders WHERE number = ?", number)

    def order_at_carrier(self, remote_id: str) -> Order | None:
        return self._one("SELECT body FROM orders WHERE remote_id = ? AND remote_id != ''", remote_id)

    def orders(self) -> list[Order]:
        rows = self._db.execute("SELECT body FROM orders ORDER BY place").fetchall()
        return [Order(**json.loads(row["body"])) for row in rows]

    def keep(self, order: Order) -> None:
        body = json.dumps(order.kept())
        done = self._db.execute(
            "UPDATE orders SET remote_id = ?, body = ? WHERE number = ?", (order.remote_id, body, order.number)
        )
        if not done.rowcount:
            row = (order.number, order.remote_id, body)
            self._db.execute("INSERT INTO orders (number, remote_id, body) VALUES (?, ?, ?)", row)

    def _one(self, query: str, value: str) -> Order | None:
        row = self._db.execute(query, (value,)).fetchone()
        return None if row is None else Order(**json.loads(row["body"]))

    def label(self, number: str) -> bytes | None:
        row = self._db.execute("SELECT content FROM labels WHERE number = ?", (number,)).fetchone()
        return None if row is None else bytes(row["content"])

    def keep_label(self, number: str, content: bytes) -> None:
        self._db.execute("INSERT OR IGNORE INTO labels VALUES (?, ?)", (number, content))  # the first bytes stay

    # -- what is due

    def plan(self, kind: str, subject: str, at: datetime) -> None:
        self._db.execute("INSERT OR REPLACE INTO tasks VALUES (?, ?, ?)", (kind, subject, at.timestamp()))

    def drop(self, kind: str, subject: str) -> None:
        self._db.execute("DELETE FROM tasks WHERE kind = ? AND subject = ?", (kind, subject))

    def next_task(self, until: datetime) -> Task | None:
        query = "SELECT * FROM tasks WHERE due <= ? ORDER BY due, rowid LIMIT 1"
        row = self._db.execute(query, (until.timestamp(),)).fetchone()
        return None if row is None else Task(row["kind"], row["subject"], row["due"])

    # -- events

    def first_time(self, notice_id: str) -> bool:
        """Return whether this webhook's id is new, and remember it."""
        return self._db.execute("INSERT OR IGNORE INTO notices VALUES (?)", (notice_id,)).rowcount == 1

    def add_event(self, number: str, event: dict[str, Any]) -> None:
        """Keep an event, once; what is known of it already stays."""
        self._db.execute(ADD_EVENT, {"number": number, **event})

    def withdraw(self, number: str, event_id: str) -> None:
        self._db.execute("UPDATE events SET withdrawn = 1 WHERE number = ? AND event_id = ?", (number, event_id))

    def events(self, number: str) -> list[dict[str, Any]]:
        query = "SELECT * FROM events WHERE number = ? ORDER BY occurred_at, sequence"
        return [dict(row) for row in self._db.execute(query, (number,)).fetchall()]
