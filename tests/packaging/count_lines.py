"""Print how many lines the engine's domain and use cases have, and fail above the limit: `python count_lines.py`.

Blank lines and lines that hold only a comment don't count; docstrings do.
"""

import sys
from pathlib import Path

LIMIT = 5600
REFERENCE = Path(__file__).parents[2] / "reference"
FOLDERS = ("domain", "usecases")


def lines_in(folder: Path) -> int:
    lines = [line.strip() for file in sorted(folder.rglob("*.py")) for line in file.read_text("utf-8").splitlines()]
    return sum(bool(line) and not line.startswith("#") for line in lines)


def main() -> int:
    counts = {name: lines_in(REFERENCE / name) for name in FOLDERS}
    total = sum(counts.values())
    print(f"reference: {', '.join(f'{name} {lines}' for name, lines in counts.items())}; {total} lines, limit {LIMIT}")
    if not all(counts.values()):
        print("a folder has no lines at all: were the folders renamed?", file=sys.stderr)
        return 1
    return 1 if total > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
