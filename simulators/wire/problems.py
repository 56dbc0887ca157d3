"""Errors of our own surfaces (RFC 9457); a carrier's mount answers in the carrier's shape instead."""

from http import HTTPStatus

from .call import Answer, json_answer

PROBLEM = "application/problem+json"


def problem(status: int, title: str, detail: str = "", **facts: object) -> Answer:
    """Return an `application/problem+json` answer; `facts` are extension members."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **facts}
    return json_answer(body, status, {"Content-Type": PROBLEM})


def plain(status: int) -> Answer:
    """Return what a gateway in front of a carrier says: the status line as text."""
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
    return Answer(status, f"{status} {phrase}\n".encode(), {"Content-Type": "text/plain; charset=utf-8"})
