"""What a tenant can choose about the warehouse."""

from ..settings import Switches

EXACT, ONE_SHORT = "exact", "one-short"
SOUND, DAMAGED = "sound", "damaged"
SWITCHES = Switches(choices={"supply_count": (EXACT, ONE_SHORT), "returned_goods": (SOUND, DAMAGED)})
