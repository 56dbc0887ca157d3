"""The terminal: one progress bar an act, then tables. What is drawn is also kept as an SVG picture."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

WIDTH = 110  # of the picture, and of a terminal that does not say how wide it is
Step = Callable[[], None]


class Screen:
    """Where the demo draws. Bars go to the terminal only; tables also into the picture."""

    def __init__(self) -> None:
        live = Console()
        self.console = live if live.is_terminal else Console(width=WIDTH)
        self._picture = Console(record=True, width=WIDTH, file=StringIO())

    @contextmanager
    def act(self, title: str, steps: int) -> Iterator[Step]:
        """Draw a bar for one act; the function it gives marks one step as done."""
        columns = (TextColumn("{task.description:<58}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as progress:
            task = progress.add_task(title, total=steps)
            yield lambda: progress.advance(task)

    def show(self, things: Iterable[RenderableType], *, picture: bool = True) -> None:
        """Draw things, and keep them in the picture unless they are too long for one."""
        for thing in things:
            self.console.print(thing)
            if picture:
                self._picture.print(thing)

    def save_picture(self, file: Path) -> None:
        file.write_text(self._picture.export_svg(title="parcelproof demo"), "utf-8")
