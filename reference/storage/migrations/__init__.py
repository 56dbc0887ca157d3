"""Alembic migrations, run at every start."""

from pathlib import Path

FOLDER = Path(__file__).parent
