"""Addresses as the carrier of a parcel reads them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "addresses",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("company_id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("quality", sa.String(length=80), nullable=False),
        sa.Column("sentence", sa.String(length=300), nullable=False),
        sa.Column("line", sa.String(length=500), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", KEY),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_addresses_company_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_addresses_order_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name="fk_addresses_decided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_addresses"),
        sa.UniqueConstraint("order_id", name="uq_addresses_order_id"),
        sa.Index("ix_addresses_company_id", "company_id"),
        sa.Index("ix_addresses_state", "company_id", "carrier", "state"),
    )
