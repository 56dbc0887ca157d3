"""How long the judge waits for a connector: for one answer, for one example, and in how many examples at all."""

import time
from collections.abc import Callable

ANSWER_TIMEOUT_S = 30.0  # a run over weeks of virtual time with many polls is one call
START_TIMEOUT_S = 30.0  # for a command, until it is ready
EXAMPLE_TIMEOUT_S = 300.0  # all answers of one example together: each may be in time and the whole without end
IN_A_ROW = 3  # examples without an answer, one after another, after which no more cases are held
IN_ALL = 8


class Patience:
    """The time that a connector has left. An example begins with each reset.

    Where an answer did not come, nothing more is asked in that example: it would wait as long again.
    """

    def __init__(
        self,
        answer_s: float = ANSWER_TIMEOUT_S,
        example_s: float = EXAMPLE_TIMEOUT_S,
        start_s: float = START_TIMEOUT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.answer_s = answer_s
        self.example_s = example_s
        self.start_s = start_s
        self._clock = clock
        self._began = 0.0
        self._used_s = 0.0
        self._silent = ""  # the call of this example that got no answer
        self._nobody = False  # nobody listened at this example's reset
        self.silences = 0  # examples in a row with a call that got no answer
        self.all_silences = 0
        self.absences = 0  # examples in a row at whose beginning nobody listened

    def begin_example(self) -> None:
        if not self._silent:
            self.silences = 0
        self._used_s, self._silent = 0.0, ""

    def begin_call(self) -> float:
        """Return how many seconds the coming answer may take; 0 when nothing more is asked in this example."""
        self._began = self._clock()
        return 0.0 if self._silent else max(0.0, min(self.answer_s, self.example_s - self._used_s))

    def end_call(self) -> None:
        self._used_s += self._clock() - self._began

    def silent(self, call: str) -> str:
        """Note that a call got no answer, and return that as a sentence."""
        if self._silent:
            return f"{call} was not asked any more: {self._silent} got no answer before"
        used_up = self._used_s + self._clock() - self._began >= self.example_s
        self._silent = call
        self.silences += 1
        self.all_silences += 1
        if used_up:
            return f"{call} got no whole answer: the {self.example_s:g} s for all answers of one example are used up"
        return f"{call} got no whole answer within {self.answer_s:g} s"

    def reset_was_heard(self, heard: bool) -> None:
        self.absences = 0 if heard else self.absences + 1

    def lost(self) -> str:
        """Return why no more cases are held, "" while they are."""
        if self.silences >= IN_A_ROW:
            return f"the connector gave no answer in {self.silences} examples, one after another"
        if self.all_silences >= IN_ALL:
            return f"the connector gave no answer in {self.all_silences} examples"
        if self.absences >= IN_A_ROW:
            return f"nobody answered a reset any more, {self.absences} times one after another"
        return ""
