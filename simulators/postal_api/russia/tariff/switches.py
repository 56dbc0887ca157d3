"""What a tenant can choose about the calculator: points on which the sources contradict one another."""

from ..names import CALCULATOR
from ..settings import Switches

SWITCHES = Switches(
    carrier=CALCULATOR,
    contradictions={
        "error_codes": (
            "always",
            "asked",
        ),  # the specification tells codes where `errorcode=1`, answers told them anyhow
        "v1_error_status": (400, 200),  # recorded in 2026 and in 2019
    },
)
