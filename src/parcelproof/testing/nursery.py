"""Engines by fork: modules are read once, then each engine, whole or with a bug planted, is a child of this process.

`python -m parcelproof.testing.nursery FD` speaks over a socket it inherits: a line of JSON in, one out, until its end.
`{"words": […], "environment": {…}}` with one more file, for the child's output, starts `python -m …` and answers its
`pid`; `{"wait": pid}` answers its exit `status`, once it has ended. An engine starts in a tenth of the time it takes by
itself. The bugs' own modules are read by the children: what one of them draws when it is read is of its process.
"""

import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

import parcelproof.cli
from parcelproof.testing import mutants

ENGINE, FAULTY = "parcelproof", "parcelproof.testing.mutants"
NEEDED = ("parcelproof.cli.engine", "parcelproof.reference.engine")
MOST_BYTES = 65_536


def serve(peer: socket.socket) -> None:
    """Start what is asked for until nobody asks any more."""
    while True:
        said, files, _flags, _address = socket.recv_fds(peer, MOST_BYTES, 1)
        if not said:
            return
        while not said.endswith(b"\n"):
            said += peer.recv(MOST_BYTES)
        request = json.loads(said)
        answer = {"status": _ended(request["wait"])} if "wait" in request else {"pid": _born(peer, request, files[0])}
        for file in files:
            os.close(file)
        peer.sendall(json.dumps(answer).encode() + b"\n")


def _ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _born(peer: socket.socket, request: dict[str, Any], output: int) -> int:
    pid = os.fork()
    if not pid:
        _live_apart(peer, request, output)
    return pid


def _live_apart(peer: socket.socket, request: dict[str, Any], output: int) -> NoReturn:
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    peer.close()
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.environ.update(request["environment"])
    _live(_program(request["words"]))


def _program(words: list[str]) -> Callable[[], Any]:
    module, *arguments = words
    if module == ENGINE:
        return lambda: parcelproof.cli.main(arguments)

    def faulty() -> None:
        mutants.apply(arguments[0])
        parcelproof.cli.main(arguments[1:])

    return faulty


def _live(program: Callable[[], Any]) -> NoReturn:
    """Run a child's program to its end, and never return into the parent's loop."""
    status = 0
    try:
        program()
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with whoever asks
    for name in NEEDED:
        import_module(name)
    gc.collect()
    gc.freeze()  # the children share these pages for as long as nobody walks them
    with socket.socket(fileno=int(sys.argv[1])) as peer:
        serve(peer)


if __name__ == "__main__":
    main()
