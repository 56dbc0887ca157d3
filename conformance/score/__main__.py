"""A lane as a process: `python -m parcelproof.conformance.score` reads jobs from stdin until its end.

Words after it are the command of a nursery, from which the engines are forked.
"""

import os
import signal
import sys
from contextlib import ExitStack

import msgspec

from ..processes import SIMULATOR, InstrumentError, Process
from ..program import launch
from .lane import Job, Judged, judge
from .nursery import Nursery, can_fork


def main() -> None:
    """Judge the connectors that come in, one a line. Whatever stops the lane itself is told in the answer."""
    decode, encode = msgspec.json.Decoder(Job).decode, msgspec.json.encode
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what a lane started ends with it
    try:
        with ExitStack() as stack:
            nursery = stack.enter_context(Nursery(sys.argv[1:])) if sys.argv[1:] and can_fork() else None
            simulator = stack.enter_context(Process(SIMULATOR))
            for line in sys.stdin.buffer:
                judged = judge(decode(line), simulator.url, nursery.launch if nursery else launch)
                sys.stdout.buffer.write(encode(judged) + b"\n")
                sys.stdout.buffer.flush()
    except InstrumentError as error:
        sys.stdout.buffer.write(encode(Judged(name="", broke=str(error))) + b"\n")
    except BrokenPipeError:  # nobody reads any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.exit(130)


main()
