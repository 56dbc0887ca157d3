"""What an account at a carrier without webhooks has in common: nothing can be subscribed to, and nothing is signed."""

from typing import NoReturn

from .wire import Line, Reply, StepError


class Silent:
    """The shop at a carrier that sends no webhooks. `words` is what people call it."""

    carrier: str
    words: str

    def __init__(self, base_url: str) -> None:
        self._line = Line(base_url)
        self.labels: dict[str, bytes] = {}

    def close(self) -> None:
        self._line.close()

    def subscribe(self, receiver: str, url: str, events: tuple[str, ...]) -> Reply:
        self._lacks("no webhooks", "read a parcel's state with `track`")

    def rotate_secret(self, receiver: str) -> Reply:
        self._lacks("no webhooks", "there is no secret to rotate")

    def secrets(self, receiver: str) -> list[str]:
        return []

    def _pdf(self, name: str, reply: Reply) -> Reply:
        """Keep a label that came, and return the answer."""
        if reply.body.startswith(b"%PDF"):
            self.labels[name] = reply.body
        return reply

    def _check_form(self, form: str) -> None:
        if form not in ("", "PDF"):
            self._lacks(f"no labels in {form}", "PDF is its only form")

    def _lacks(self, what: str, instead: str) -> NoReturn:
        raise StepError(f"{self.words} has {what}: {instead}")
