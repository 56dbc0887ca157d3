"""A desk before each test."""

import pytest

from .way_desk import Desk
from .way_desk import desk as new_desk


@pytest.fixture
def desk() -> Desk:
    return new_desk()
