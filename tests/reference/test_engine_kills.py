"""Killed anywhere and started again: the same end, nothing twice, nothing lost.

The k-th effect on the outside world is broken, before or after it happens; likewise the k-th commit. For every k.
"""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from parcelproof.reference.ports import Registry, ReturnNotice
from parcelproof.reference.usecases import accounts, alerting, ordering, reporting

from .conftest import CONFIG, NOW, Killed, Rig, World
