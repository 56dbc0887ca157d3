"""A real PostgreSQL for tests: in a container where a Docker daemon answers, else from local binaries.

Each way returns the URL and what stops it, or None where it is not to be had.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Started = tuple[str, Callable[[], None]]


def in_container() -> Started | None:
    """Start PostgreSQL in a container when a Docker daemon answers."""
    if not os.environ.get("DOCKER_HOST") and not Path("/var/run/docker.sock").exists():
        return None
    try:
        from testcontainers.postgres import PostgresContainer

        container = PostgresContainer("postgres:16-alpine", driver=None)
        container.start()
    except Exception:  # no daemon, no rights, no image: whatever it is, another way is tried
        return None
    return container.get_connection_url(), container.stop


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    return next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


def _account() -> dict[str, Any]:
    """PostgreSQL refuses root: return what makes a child run as somebody else then."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise LookupError("running as root and there is neither a user postgres nor nobody")


def from_binaries() -> Started | None:
    """Start PostgreSQL from local binaries, reachable through a socket in a folder of its own."""
    folder = _binaries()
    if folder is None:
        return None
    account = _account()
    home = Path(tempfile.mkdtemp(prefix="pp-pg-"))
    if account:
        os.chown(home, account["user"], account["group"])

    def call(*argv: str) -> None:
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": home, **account}
        subprocess.run(argv, check=True, timeout=120, **quiet)

    data = str(home / "data")
    call(str(folder / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off"
    call(str(folder / "pg_ctl"), "-D", data, "-o", options, "-w", "-l", str(home / "log"), "start")

    def stop() -> None:
        call(str(folder / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(home, ignore_errors=True)

    return f"postgresql://postgres@/postgres?host={home}", stop
