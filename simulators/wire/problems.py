"""Errors of our own surfaces (RFC 9457); a carrier's mount answers in the carrier's shape instead."""

from http import HTTPStatus

from .call import Answer, json_answer
from .request_line import decoded_path, with_slashes

PROBLEM = "application/problem+json"
LONGEST = 4_000  # characters of a detail: what was found may be a megabyte


def problem(status: int, title: str, detail: str = "", **facts: object) -> Answer:
    """Return an `application/problem+json` answer; `facts` are extension members."""
    detail = detail if len(detail) <= LONGEST else f"{detail[:LONGEST]}…"
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **facts}
    return json_answer(body, status, {"Content-Type": PROBLEM})


def plain(status: int) -> Answer:
    """Return what a gateway in front of a carrier says: the status line as text."""
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
    return Answer(status, f"{status} {phrase}\n".encode(), {"Content-Type": "text/plain; charset=utf-8"})


def unknown_mount(mount: str, known: list[str]) -> Answer:
    """Return the answer to a call that reaches neither a carrier nor the control API."""
    shown = with_slashes(decoded_path(mount))
    detail = f"Nothing is mounted at /{shown}; mounts: {', '.join(sorted(known))}."
    return problem(404, "Unknown mount", detail, mounts=sorted(known))


def broken_framing() -> Answer:
    return problem(400, "Malformed request", "The body's framing is broken.")
