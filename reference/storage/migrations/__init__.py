"""Alembic migrations, run where the database is of an earlier release."""

from pathlib import Path

FOLDER = Path(__file__).parent
