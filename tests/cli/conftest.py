"""What tests of command lines share."""

from collections.abc import Callable

import click
import pytest

from parcelproof.cli import root


def _parse(words: list[str]) -> None:
    """Parse the words after `parcelproof` down to the last subcommand, without running anything."""
    command: click.Command = root
    parent = None
    while isinstance(command, click.Group):
        parent = command.make_context(command.name, list(words), parent=parent)
        given = [*parent._protected_args, *parent.args]
        if not given:
            return
        _, found, words = command.resolve_command(parent, given)
        assert found is not None
        command = found
    command.make_context(command.name, list(words), parent=parent)


@pytest.fixture
def parse_command_line() -> Callable[[list[str]], None]:
    """A function that parses a command line as `parcelproof` would; it raises click's errors."""
    return _parse
