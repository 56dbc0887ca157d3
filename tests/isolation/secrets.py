"""Secrets planted wherever a client can put one, and every shape in which one could come out again."""

from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from urllib.parse import quote

SHORTEST = 12  # letters; below that a piece of base64 could be chance


@dataclass
class Planted:
    """Secrets by what they are. `where` finds those that stand in bytes that somebody gets to see."""

    known: dict[str, str] = field(default_factory=dict)

    def plant(self, what: str, value: str = "") -> str:
        """Note a secret, by default one that nobody could have made up, and return it."""
        value = value or f"Planted.{what.replace(' ', '')}.s3cr3t"
        assert len(value) >= SHORTEST, value
        self.known[what] = value
        return value

    def where(self, shown: bytes) -> list[str]:
        lowered = shown.lower()  # logs and protocols change the case of what they quote
        return [what for what, value in self.known.items() if any(form.lower() in lowered for form in forms(value))]


def forms(value: str) -> set[bytes]:
    """Return a secret plain, percent-encoded, in hex, and the inside of its base64 wherever in a text it stands."""
    plain = value.encode()
    found = {plain, quote(value, safe="").encode(), plain.hex().encode()}
    for offset in range(3):
        whole = b"\0" * offset + plain
        whole = whole[: len(whole) - len(whole) % 3]
        skipped = (0, 2, 3)[offset]  # letters that the bytes before it have a part in
        found |= {b64encode(whole)[skipped:], urlsafe_b64encode(whole)[skipped:]}
    return found
