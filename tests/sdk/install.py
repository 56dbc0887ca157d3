"""Install the foreign clients, each into a virtual environment or node_modules of its own below one folder.

`tox -e sdk` runs it. What stands there already with the same pins is left alone; then it takes no network.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import time
import tomllib
import venv
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
DONE = "installed.sha256"  # holds what was installed; written last, so that half an installation is made anew


def python_clients() -> dict[str, list[str]]:
    """Return each client from PyPI with the releases it runs with."""
    listed = tomllib.loads((HERE / "python" / "clients.toml").read_text("utf-8"))
    return {name: [*table["packages"], *table.get("sources", [])] for name, table in listed.items()}


def node_clients() -> dict[str, list[str]]:
    """Return each client from npm with the releases it runs with."""
    found: dict[str, list[str]] = json.loads((HERE / "node" / "clients.json").read_text("utf-8"))
    return found


def sources() -> set[str]:
    """Return the releases of which PyPI has no wheel."""
    listed = tomllib.loads((HERE / "python" / "clients.toml").read_text("utf-8"))
    return {package for table in listed.values() for package in table.get("sources", [])}


def install_python(folder: Path, packages: list[str]) -> None:
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    pip = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(folder / "bin" / "python")]
    options = ["--no-deps"]
    built = [package for package in packages if package in sources()]
    wheels = [package for package in packages if package not in built]
    subprocess.run([*pip, *options, "--only-binary", ":all:", *wheels], check=True)
    if built:
        subprocess.run([*pip, *options, *built], check=True)


def install_node(folder: Path, packages: list[str]) -> None:
    folder.mkdir()
    (folder / "package.json").write_text('{"private": true, "type": "module"}\n', "utf-8")
    options = ["--silent", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
    subprocess.run(["npm", "install", *options, *packages], cwd=folder, check=True)


def made(folder: Path, pins: str, make: Callable[[], None]) -> str:
    """Make a client's folder unless it stands with these pins; return what was done, in a line."""
    wanted = hashlib.sha256(f"{sys.version_info[:2]} {pins}".encode()).hexdigest()
    stamp = folder / DONE
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return f"{folder.name}: stands already"
    shutil.rmtree(folder, ignore_errors=True)
    began = time.monotonic()
    make()
    stamp.write_text(wanted, "utf-8")
    return f"{folder.name}: installed in {time.monotonic() - began:.1f} s"


def main(root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    jobs: list[tuple[Path, str, Callable[[], None]]] = []
    for name, packages in python_clients().items():
        folder = root / f"python-{name}"
        jobs.append((folder, " ".join(packages), lambda f=folder, p=packages: install_python(f, p)))  # type: ignore[misc]
    if shutil.which("npm"):  # the tests say what it means when there is none
        for name, packages in node_clients().items():
            folder = root / f"node-{name}"
            jobs.append((folder, " ".join(packages), lambda f=folder, p=packages: install_node(f, p)))  # type: ignore[misc]
    with ThreadPoolExecutor(max_workers=2) as pool:
        for line in pool.map(lambda job: made(*job), jobs):
            print(line, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
