"""Tools that a machine may lack: their tests are skipped with the reason, and fail where CI says that they must run."""

import os
from typing import NoReturn

import pytest

MUST = "PARCELPROOF_MUST"  # names of tools, parted by blanks: what must not be skipped


def missing(tool: str, why: str) -> NoReturn:
    """Skip the running test for want of a tool, or fail it where the environment says that the tool must be there."""
    if tool in os.environ.get(MUST, "").split():
        pytest.fail(f"{tool} must not be skipped here, but {why}")
    pytest.skip(why)
