"""What the HTTP server says of its connections: a client's fault is one plain line, only our own has a traceback."""

import logging

from aiohttp import http_exceptions, web

UNREADABLE = (http_exceptions.HttpProcessingError, web.RequestPayloadError)


class Plainly(logging.Filter):
    """Rewrites the records of requests that no server can read, and of clients that went away."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, UNREADABLE):
            _say(record, logging.WARNING, f"a request that cannot be read was refused: {_fault(error)}")
        elif isinstance(error, ConnectionError):
            _say(record, logging.INFO, "a client went away in the middle of a request")
        return True


def _say(record: logging.LogRecord, level: int, sentence: str) -> None:
    record.exc_info = record.exc_text = None
    record.levelno, record.levelname = level, logging.getLevelName(level)
    record.msg, record.args = sentence, None


def _fault(error: BaseException) -> str:
    """Return the parser's word without what it quotes of the request, since that may be a credential."""
    return (getattr(error, "message", "") or str(error)).strip().split(":")[0].split("\n")[0][:100].strip()


connections = logging.getLogger(__name__)
connections.addFilter(Plainly())
