"""How long, in real time, an attempt of a tenant on virtual time waits for its receiver.

A receiver that hangs once costs the whole wait. One that goes on hanging costs half as much each time, down to a least,
so that days of retries to a dead endpoint end in seconds; one answer, and it is waited for as before.
"""

LEAST_S = 0.5
KEPT = 1_000


class Patience:
    """What is left of it for each receiver, by URL."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._left_s: dict[str, float] = {}

    def seconds(self, url: str) -> float:
        return self._left_s.get(url, self._longest_s)

    def learn(self, url: str, *, hung: bool) -> None:
        if not hung:
            self._left_s.pop(url, None)
            return
        if len(self._left_s) >= KEPT:
            self._left_s.clear()
        self._left_s[url] = max(self.seconds(url) / 2, min(LEAST_S, self._longest_s))
