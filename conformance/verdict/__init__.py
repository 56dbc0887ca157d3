"""How a run is told: on the terminal, as files for people and machines, as a badge."""

from .document import write_json
from .html import write_html
from .junit import write_junit
from .terminal import print_run

__all__ = ["print_run", "write_html", "write_json", "write_junit"]
