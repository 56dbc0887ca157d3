"""Bad days of this carrier, beside those that any carrier, or any that pays out, can have."""

from ...wire.bad_days import BadDay
from ...wire.faults import Fault, FaultKind
from .errors import TEXT

LABELS_AS_TEXT = "Error: Ошибка сервера. Попробуйте повторить запрос."

BAD_DAYS: dict[str, BadDay] = {
    "equal-change-times": BadDay(
        title="Equal change times",
        sentence="Changes of state are told to the hour, so that several of one sending have the same time.",
        source="courier_api §4 getInvoicesChangeState: several changes with the same ChangeDT; §6 CF-32",
        guess="the hour is ours",
        settings={"change_times": "hours"},
    ),
    "labels-as-text": BadDay(
        title="Text in place of labels",
        sentence="Labels and hand-over lists are answered with 200 and the text Error: … in place of a PDF.",
        source="courier_api §4 Errors; §6 CF-32: error as text in place of a PDF",
        guess="the words after Error:",
        faults=tuple(
            Fault(
                kind=FaultKind.STATUS,
                operation=operation,
                status=200,
                body=LABELS_AS_TEXT,
                headers={"Content-Type": TEXT},
                times=0,
            )
            for operation in ("makelabel", "makezlabel", "makereestr", "getreestr")
        ),
    ),
    "number-range-exhausted": BadDay(
        title="Number range exhausted",
        sentence="Every sending is rejected, in an answer of 200: there is no number for it.",
        source="courier_api §4 RejectedSendings",
        guess="the code is the general one, -1, since no source shows one for this",
        settings={"number_range": "exhausted"},
    ),
    "sessions-end-early": BadDay(
        title="Sessions end early",
        sentence="New sessions live a minute, so that one ends in the middle of a run.",
        source="courier_api §4 Session: ExpiresIn",
        guess="the minute is ours",
        settings={"session_lifetime_s": 60},
    ),
}
