"""What the engine refuses. One class; `kind` is for the edge, `code` for programs, the sentence for people."""

from enum import StrEnum


class Kind(StrEnum):
    """What a caller can do about it; the HTTP edge maps each to one status."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    INVALID = "invalid"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"


class EngineError(Exception):
    """A command was refused and nothing changed. `facts` go into the problem document as they are."""

    def __init__(self, kind: Kind, code: str, sentence: str, **facts: object) -> None:
        self.kind = kind
        self.code = code
        self.sentence = sentence
        self.facts = facts
        super().__init__(f"{code}: {sentence}")


def invalid(code: str, sentence: str, **facts: object) -> EngineError:
    return EngineError(Kind.INVALID, code, sentence, **facts)


def conflict(code: str, sentence: str, **facts: object) -> EngineError:
    return EngineError(Kind.CONFLICT, code, sentence, **facts)


def unknown(code: str, sentence: str, **facts: object) -> EngineError:
    return EngineError(Kind.NOT_FOUND, code, sentence, **facts)
