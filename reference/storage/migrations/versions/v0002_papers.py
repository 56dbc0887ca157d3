"""Labels printed, waybills, hand-over lists, pickups, refusals, the shop's own status, polls under a quota."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW_COLUMNS = (
    ("orders", "shop_status", sa.String(length=100)),
    ("shipments", "read_at", sa.BigInteger()),
    ("shipments", "refusal", sa.String(length=20)),
    ("labels", "printed_at", sa.BigInteger()),
)


def upgrade() -> None:
    for table, column, kind in NEW_COLUMNS:
        op.add_column(table, sa.Column(column, kind))
    op.create_table(
        "papers",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("company_id", KEY, nullable=False),
        sa.Column("shipment_id", KEY),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("problem", sa.String(length=500)),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("printed_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_papers_company_id"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name="fk_papers_shipment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_papers"),
        sa.UniqueConstraint("company_id", "key", name="uq_papers_company_id_key"),
        sa.Index("ix_papers_company_id", "company_id"),
        sa.Index("ix_papers_shipment_id", "shipment_id"),
    )
    op.create_table(
        "handed",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("company_id", KEY, nullable=False),
        sa.Column("paper_id", KEY, nullable=False),
        sa.Column("shipment_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_handed_company_id"),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name="fk_handed_paper_id"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name="fk_handed_shipment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_handed"),
        sa.UniqueConstraint("shipment_id", name="uq_handed_shipment_id"),
        sa.Index("ix_handed_company_id", "company_id"),
        sa.Index("ix_handed_paper_id", "paper_id"),
    )
    op.create_table(
        "pickups",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("company_id", KEY, nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("time_from", sa.String(length=5), nullable=False),
        sa.Column("time_to", sa.String(length=5), nullable=False),
        sa.Column("comment", sa.String(length=255), nullable=False),
        sa.Column("parcels", sa.JSON(), nullable=False),
        sa.Column("carrier_id", sa.String(length=100)),
        sa.Column("number", sa.String(length=100)),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("problem", sa.String(length=500)),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name="fk_pickups_company_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pickups"),
        sa.UniqueConstraint("company_id", "key", name="uq_pickups_company_id_key"),
        sa.Index("ix_pickups_company_id", "company_id"),
    )
