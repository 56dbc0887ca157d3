"""An address line being read: its words are taken out as they are understood, what stays is not."""

from collections.abc import Callable

from .address_words import STREET, TOWN, mark_of


class Line(list[str]):
    """Words with commas among them; a word that was taken leaves a comma, which keeps its neighbours apart."""

    def take(self, wanted: Callable[[str], bool]) -> None:
        for at, word in enumerate(self):
            if wanted(word):
                self[at] = ","

    def cut(self, start: int, size: int) -> None:
        self[start : start + size] = [","]

    def word(self, at: int) -> str:
        return self[at] if 0 <= at < len(self) else ""

    def mark(self, at: int) -> str | None:
        found = mark_of(self.word(at), self.word(at + 1))
        return found[0] if found else None

    def mark_after(self, at: int) -> str | None:
        """Return what a type word behind a name says of it; one that has a name behind it says it of that."""
        found = self.mark(at)
        return None if found in (STREET, TOWN) and self.is_name(at + 1) else found

    def kind(self, at: int) -> str:
        found = mark_of(self.word(at), self.word(at + 1))
        return found[1] if found else ""

    def run(self, start: int) -> tuple[int, int]:
        """Return the bounds of the name that begins at `start`: up to a comma, a type word or a house's number."""
        end = start
        while self.is_name(end):
            end += 1
        return start, end

    def run_before(self, end: int) -> int:
        start = end
        while self.is_name(start - 1):
            start -= 1
        return start

    def is_name(self, at: int) -> bool:
        word = self.word(at)
        return bool(word) and word != "," and self.mark(at) is None and (not word[0].isdigit() or word.endswith("я"))
