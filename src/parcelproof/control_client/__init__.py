"""A client of the simulator's control API `/_sim/v1`. Imports nothing else of this project."""

from .client import ControlClient, Credential
from .wire import ControlError

__all__ = ["ControlClient", "ControlError", "Credential"]
