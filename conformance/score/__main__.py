"""A lane as a process: `python -m parcelproof.conformance.score` reads jobs from stdin until its end."""

import sys

import msgspec

from ..processes import SIMULATOR, InstrumentError, Process
from .lane import Job, Judged, judge


def main() -> None:
    """Judge the connectors that come in, one a line. Whatever stops the lane itself is told in the answer."""
    decode, encode = msgspec.json.Decoder(Job).decode, msgspec.json.encode
    try:
        with Process(SIMULATOR) as simulator:
            for line in sys.stdin.buffer:
                sys.stdout.buffer.write(encode(judge(decode(line), simulator.url)) + b"\n")
                sys.stdout.buffer.flush()
    except InstrumentError as error:
        sys.stdout.buffer.write(encode(Judged(name="", broke=str(error))) + b"\n")
    except KeyboardInterrupt:
        sys.exit(130)


main()
