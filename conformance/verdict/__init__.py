"""How a run is told: on the terminal, as JUnit XML, as JSON, as one self-contained HTML page."""

from .html import write_html
from .json import write_json
from .junit import write_junit
from .terminal import print_run

__all__ = ["print_run", "write_html", "write_json", "write_junit"]
