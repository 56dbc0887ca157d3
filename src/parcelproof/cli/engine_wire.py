"""Calls to a running engine: who asks, what it answers, what is told when it does not."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from .failures import CannotRun

F = TypeVar("F", bound=Callable[..., Any])
WAIT_S = 60.0


def signed_in(command: F) -> F:
    """Add the options that say which engine is asked, and by whom."""
    token = click.option(
        "--token",
        envvar="PARCELPROOF_ENGINE_TOKEN",
        show_envvar=True,
        help="Whose token you sign in with: an administrator's, the staff's or a branch's.",
    )
    url = click.option(
        "--url",
        default="http://127.0.0.1:8500",
        show_default=True,
        envvar="PARCELPROOF_ENGINE_URL",
        show_envvar=True,
        help="The engine.",
    )
    return url(token(command))


class Engine:
    """A running engine as one of its users sees it."""

    def __init__(self, url: str, token: str | None) -> None:
        if not token:
            raise click.UsageError("name the token you sign in with: --token or PARCELPROOF_ENGINE_TOKEN")
        self.url = url
        self._headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Return the engine's answer, whatever its status.

        Raises:
            CannotRun: there is none.
        """
        with self.stream(method, path, **more) as answer:
            answer.read()
            return answer

    @contextmanager
    def stream(self, method: str, path: str, **more: Any) -> Iterator[Any]:
        """Give the engine's answer while it comes."""
        import httpx

        try:
            with (
                httpx.Client(timeout=WAIT_S, trust_env=False) as client,
                client.stream(method, self.url.rstrip("/") + path, headers=self._headers, **more) as answer,
            ):
                yield answer
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise CannotRun(
                f"The engine at {self.url} gives no answer ({error}); start it, or name it by --url."
            ) from error

    def get(self, path: str, **more: Any) -> Any:
        """Return the JSON of an answer that went well.

        Raises:
            CannotRun: the engine says no, in its own sentence.
        """
        return good(self.ask("GET", path, **more))

    def post(self, path: str, body: Any) -> Any:
        return good(self.ask("POST", path, json=body))


def good(found: Any) -> Any:
    if not 200 <= found.status_code < 300:
        raise CannotRun(sentence(found))
    try:
        return found.json()
    except ValueError as error:
        raise CannotRun(f"The engine answered {found.status_code} and no JSON; is it one?") from error


def code(found: Any) -> str:
    return str(_problem(found).get("code", ""))


def sentence(found: Any) -> str:
    return str(_problem(found).get("detail") or f"The engine answered {found.status_code}; is it one?")


def _problem(found: Any) -> Mapping[str, Any]:
    try:
        body = found.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def write(file: Path, content: bytes, option: str = "--out") -> None:
    """Write all or nothing: a printer that watches the folder never sees half a file."""
    if str(file) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        raise CannotRun(f"{file} cannot be written ({error.strerror}); name another file by {option}.") from error
