"""What keeps a command from running, told in one sentence that says what to do."""

import click


class CannotRun(click.ClickException):
    """Wrong use or surroundings: exit 2. The message is one sentence that says what to do."""

    exit_code = 2


class InstrumentBroke(click.ClickException):
    """Our own side broke, so nothing can be said about what was judged: exit 3."""

    exit_code = 3
