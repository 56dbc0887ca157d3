"""A group whose commands are imported when they are asked for, so that `--help` stays quick."""

from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """`commands_by_path` maps a command's name to `module:attribute`. Command modules import nothing heavy."""

    def __init__(self, *args: Any, commands_by_path: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands_by_path = commands_by_path

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands_by_path)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        path = self.commands_by_path.get(cmd_name)
        if path is None:
            return None
        module, _, attribute = path.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self.commands_by_path:
            near = get_close_matches(args[0], self.commands_by_path, n=1, cutoff=0)[0]
            raise click.UsageError(f"no command is called {args[0]!r}; the nearest is {near!r}", ctx)
        return super().resolve_command(ctx, args)
