"""What the demo itself holds, beside the requirements: each claim once, with what was expected and found."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that the demo says; `wrong` is empty when it holds."""

    text: str
    wrong: str = ""

    @property
    def holds(self) -> bool:
        return not self.wrong


@dataclass(slots=True)
class Claims:
    """All claims of one run, in the order in which they were made."""

    made: list[Claim] = field(default_factory=list)

    def equal(self, text: str, expected: object, found: object) -> None:
        """Claim that two values are equal; whatever they are, only their difference is told."""
        self.made.append(
            Claim(text, "" if expected == found else f"expected {_short(expected)}, found {_short(found)}")
        )

    def none(self, text: str, wrong: Iterable[object], *, looked_at: int) -> None:
        """Claim that nothing is wrong among `looked_at` things; to have looked at nothing proves nothing."""
        found = [str(one) for one in wrong]
        said = "; ".join(found[:3]) + (f"; and {len(found) - 3} more" if len(found) > 3 else "")
        self.made.append(Claim(text, said if found else "" if looked_at else "there was nothing to look at"))

    def all_hold(self) -> bool:
        return bool(self.made) and all(claim.holds for claim in self.made)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 160 else f"{text[:157]}..."
