"""Names by which an order is looked for, and what a carrier warned of when it booked a parcel."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

AT_ONCE = 500
orders = sa.table(
    "orders", sa.column("id", sa.BigInteger), sa.column("content", sa.JSON), sa.column("parties", sa.Text)
)


def upgrade() -> None:
    op.add_column("orders", sa.Column("parties", sa.Text(), nullable=False, server_default=""))
    op.add_column("shipments", sa.Column("warnings", sa.JSON(), nullable=False, server_default="[]"))
    _name_parties(op.get_bind())


def _name_parties(connection: sa.Connection) -> None:
    last = 0
    while rows := connection.execute(
        sa.select(orders.c.id, orders.c.content).where(orders.c.id > last).order_by(orders.c.id).limit(AT_ONCE)
    ).all():
        last = rows[-1].id
        query = orders.update().where(orders.c.id == sa.bindparam("of")).values(parties=sa.bindparam("found"))
        connection.execute(query, [{"of": row.id, "found": _parties(row.content)} for row in rows])


def _parties(content: dict[str, Any]) -> str:
    to = content.get("recipient") or {}
    named = (to.get("name"), to.get("company"), content.get("recipient_customer"), content.get("customer"))
    return "\n".join(dict.fromkeys(name.casefold() for name in named if name))
