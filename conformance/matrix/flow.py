"""Flows: what a shop does, told so that it can be disturbed anywhere; and how they become cases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..case import Case, matrix_case
from .stage import Stage
from .steps import Kind

Figures = dict[str, object]  # what is counted afterwards: a name, and what was found


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One flow. `act` is the part whose steps are disturbed, `then` what follows to bring it to its end.

    `measure` counts at the carrier, at the mail server, in the books.
    What a figure must be stands in `wanted`; a figure that is not there must be what it was in the undisturbed run.
    `lost`, `killed` and `overlapped` are the requirements that its cells prove, "" when there are no such cells.
    """

    name: str
    lost: str
    killed: str
    overlapped: str = ""
    prepare: Callable[[Stage], None]
    act: Callable[[Stage], None]
    then: Callable[[Stage], None] = lambda stage: None
    measure: Callable[[Stage], Figures]
    wanted: Mapping[str, object] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = (Kind.WRITE,)
    call: str = ""  # the shop's call that is a step of its own
    rest_hours: int = 6  # what a connector is given to come back to rest
    reset_first: bool = True  # False: the reset is part of the flow


def flow(made: Flow, *carriers: str, needs: tuple[str, ...] = ("labels",), **settings: Any) -> None:
    """Register a flow as one case for each carrier, or as one at whichever the connector serves when none is named."""
    for carrier in carriers or (None,):
        matrix_case(
            Case(
                name=made.name.replace(" ", "_").replace("'", "").replace(",", ""),
                requirements=tuple(filter(None, (made.lost, made.killed, made.overlapped))),
                run=_never,
                story=f"{made.name.capitalize()}: every step, lost or killed at every point, counts once.",
                carrier=carrier,
                needs=needs,
                settings={**({} if carrier is None else {"accounts": (carrier,)}), **settings},
                matrix=made,
            )
        )


def _never(*_: object) -> None:
    raise RuntimeError("a flow is played by the matrix, not run as a plain case")
