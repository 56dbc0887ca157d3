"""Registered parties, limits of the public page, runs of the alert, mails of other acts, parcels to be fetched."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("orders", sa.Column("recipient_customer", sa.String(length=100)))
    op.add_column("orders", sa.Column("issued_at", sa.BigInteger()))
    op.add_column("orders", sa.Column("prompt", sa.String(length=20)))
    op.add_column("orders", sa.Column("notices", sa.JSON()))
    op.add_column("subscriptions", sa.Column("told_state", sa.String(length=30)))
    op.add_column("subscriptions", sa.Column("confirmed", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("subscriptions", sa.Column("language", sa.String(length=2), nullable=False, server_default="en"))
    op.create_index("ix_subscriptions_ends_at", "subscriptions", ["company_id", "ends_at"])
    for table in ("orders", "shipments", "events", "subscriptions", "notices"):
        op.drop_index(f"ix_{table}_company_id", table)
    op.create_index("ix_notices_message_id", "notices", ["company_id", "message_id"])
    _customers()
    _public_page()
    _mails()


def _own(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=f"fk_{table}_company_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.Index(f"ix_{table}_company_id", "company_id"),
    )


def _keys() -> tuple[sa.Column[int], ...]:
    return (sa.Column("id", KEY, autoincrement=True, nullable=False), sa.Column("company_id", KEY, nullable=False))


def _customers() -> None:
    op.create_table(
        "customers",
        *_keys(),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.UniqueConstraint("company_id", "name", name="uq_customers_company_id_name"),
        *_own("customers"),
    )
    op.create_table(
        "contacts",
        *_keys(),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("wants_information", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_contacts_customer_id"),
        sa.Index("ix_contacts_customer_id", "customer_id"),
        *_own("contacts"),
    )


def _public_page() -> None:
    op.create_table(
        "follow_requests",
        *_keys(),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Index("ix_follow_requests_subject", "company_id", "subject", "at"),
        *_own("follow_requests"),
    )
    op.create_table(
        "alert_runs",
        *_keys(),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        *_own("alert_runs"),
    )


def _mails() -> None:
    op.create_table(
        "letters",
        *_keys(),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("result", sa.String(length=500)),
        sa.UniqueConstraint("company_id", "kind", "key", name="uq_letters_company_id_kind_key"),
        *_own("letters"),
    )
    op.create_table(
        "pickup_requests",
        *_keys(),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("asked_by", KEY, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("branch", sa.String(length=100)),
        sa.Column("token", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.BigInteger()),
        sa.Column("confirmed_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_pickup_requests_order_id"),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name="fk_pickup_requests_asked_by"),
        sa.UniqueConstraint("order_id", name="uq_pickup_requests_order_id"),
        sa.UniqueConstraint("token", name="uq_pickup_requests_token"),
        sa.Index("ix_pickup_requests_state", "company_id", "state"),
        *_own("pickup_requests"),
    )
