"""How couriers pay out what they collected: one desk for all, and what is a carrier's own as a value.

A carrier makes a `PayDesk`, says `ended` when a parcel's life is over and `reopened` when that was withdrawn, and puts
the desk's `kinds`, `duties`, `payouts` and `bad_days` into its `Carrier`. How its reports look as files is data: the
descriptions in `report_layouts` that name the carrier.
"""

from ..report_layouts.report import Line, Outcome, Pieces, Report
from .desk import PayDesk

__all__ = ["Line", "Outcome", "PayDesk", "Pieces", "Report"]
