"""Run the command line with one bug planted: `python -m parcelproof.testing.mutants NAME engine serve …`."""

import sys

from parcelproof.cli import main

from . import UnknownMutant, apply

if len(sys.argv) < 3:
    sys.exit("Error: say which mutant and what to run, for example: NAME engine serve --port 0 --driver")
try:
    apply(sys.argv[1])
except UnknownMutant:
    print(f"Error: no mutant is called {sys.argv[1]!r}; `parcelproof score --list` names them.", file=sys.stderr)
    sys.exit(2)
main(sys.argv[2:])
