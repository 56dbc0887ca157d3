"""What every table is made with: names of its rules, a number of its own, its company, what it points at."""

from sqlalchemy import Column, ForeignKey, MetaData

from ..columns import Key

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def own_id() -> Column[int]:
    return Column("id", Key, primary_key=True, autoincrement=True)


def of_company(*, index: bool = True) -> Column[int]:
    """Without an index of its own where another begins with it: SQLite would take it, and read all of a company."""
    return Column("company_id", Key, ForeignKey("companies.id"), nullable=False, index=index)


def to(table: str, *, nullable: bool = False, index: bool = True) -> Column[int]:
    name = {"orders": "order_id", "shipments": "shipment_id"}.get(table, f"{table.rstrip('s')}_id")
    return Column(name, Key, ForeignKey(f"{table}.id"), nullable=nullable, index=index)
