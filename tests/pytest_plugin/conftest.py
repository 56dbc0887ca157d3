"""A folder with tests of somebody else, and pytest run in it as its user would."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

STRICT = """\
[pytest]
addopts = --strict-config --strict-markers -p no:cacheprovider
filterwarnings = error
asyncio_default_fixture_loop_scope = function
"""
# A connector that notes its worlds in worlds.txt and books nothing; {place} is what it does with an order.
SHOP = """\
from parcelproof.testing import Refusal

class Shop:
    def __init__(self):
        print("a print of the shop")

    def capabilities(self):
        return dict(protocol="1", name="shop", version="1", language="Python", profiles=["labels"],
                    carriers=["mail_alliance"], claims=["clock"])

    def reset(self, settings):
        with open("worlds.txt", "a") as file:
            file.write(settings["carriers"]["mail_alliance"]["api_key"] + "\\n")

    def run(self, until):
        return until

    def place(self, order):
        {place}

    def orders(self):
        return []
"""


class Ran:
    """What a run of pytest said."""

    def __init__(self, exit_code: int, text: str) -> None:
        self.exit_code = exit_code
        self.text = text

    def outcomes(self) -> dict[str, int]:
        """Return the counts of the last line."""
        last = [line for line in self.text.splitlines() if re.search(r"\d+ \w+.* in [\d.]+s", line)][-1]
        return {word.rstrip("s") if word == "errors" else word: int(count) for count, word in
                re.findall(r"(\d+) (\w+)", last.partition(" in ")[0])}  # fmt: skip


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, content: str) -> None:
        (self.path / name).write_text(content)

    def shop(self, place: str = 'raise Refusal(422, "NO", "We book nothing.")') -> None:
        self.write("shop.py", SHOP.replace("{place}", place))

    def worlds(self) -> list[str]:
        return (self.path / "worlds.txt").read_text().split()

    def pytest(self, *words: str) -> Ran:
        """Run pytest here. It sees none of this run's own settings."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))}
        made = subprocess.run(
            [sys.executable, "-m", "pytest", *words],
            cwd=self.path,
            env={**environment, "COLUMNS": "120", "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return Ran(made.returncode, made.stdout)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.write("pytest.ini", STRICT)
    return made


MakeRun = Callable[..., Ran]
