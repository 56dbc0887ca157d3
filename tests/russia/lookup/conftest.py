"""The desk in front of Otpravka serves look-ups too."""

import pytest

from ..otpravka.conftest import Desk, tenants

__all__ = ["Desk"]


@pytest.fixture
def desk() -> Desk:
    return Desk(tenants())
