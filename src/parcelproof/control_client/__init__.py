"""A client of the simulator's control API `/_sim/v1`. Imports nothing else of this project."""

from .client import ControlClient, ControlError, Credential

__all__ = ["ControlClient", "ControlError", "Credential"]
