"""What a tenant can choose about onboarding."""

from ..settings import Switches

ADDS, DECLINES = "adds", "declines"
SWITCHES = Switches(choices={"account_manager": (ADDS, DECLINES)})
