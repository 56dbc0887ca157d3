"""What people typed into a form, parsed once; what cannot be read is said in one sentence beside the form."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from ...wire.call import Call

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 200
UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_DURATION = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)\s*([a-z]+)")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,6})?)?)?\s*(Z|[+-]\d\d:\d\d|UTC)?", re.I)


class FormError(Exception):
    """What is wrong with a form, in one sentence."""

    def __init__(self, sentence: str, status: int = 422) -> None:
        self.sentence = sentence
        self.status = status
        super().__init__(sentence)


def form_of(call: Call) -> dict[str, str]:
    """Return the fields of a form, the last of a name; blanks around them are cut."""
    kind = call.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise FormError(f"A form is sent as {FORM}, not as {kind or 'nothing'}.", 415)
    try:
        pairs = parse_qsl(
            call.body.decode("ascii"), keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise FormError("The form cannot be read: it has too many fields or is not encoded.", 400) from error
    return {name: value.strip() for name, value in pairs}


def duration_ms(text: str) -> int:
    """Return "90 min", "2h 30m", "1d" as whole milliseconds."""
    rest = _DURATION.sub("", text.lower()).strip()
    found = _DURATION.findall(text.lower())
    if rest or not found or any(unit not in UNITS_MS for _, unit in found):
        raise FormError(f"{text!r} is no length of time; write it as 90m, 2h 30m or 3d.")
    return sum(int(float(number) * UNITS_MS[unit]) for number, unit in found)


def moment(text: str) -> str:
    """Return a moment as the control API takes it; without a zone it is UTC, without a time it is midnight."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise FormError(f"{text!r} is no moment; write it as 2026-03-02 09:00 (UTC).")
    day, clock, seconds, zone = found.groups()
    zone = "Z" if not zone or zone.upper() in ("Z", "UTC") else zone
    return f"{day}T{clock or '00:00'}{seconds or ':00'}{zone}"


def whole(form: Mapping[str, str], name: str, label: str) -> int | None:
    """Return a whole number, or None when the field was left empty."""
    text = form.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 15):
        raise FormError(f"{label} is a whole number, 0 or more, not {text!r}.")
    return int(text)


def fraction(form: Mapping[str, str], name: str, label: str) -> float | None:
    """Return a number like 0.25, or None when the field was left empty."""
    text = form.get(name, "").replace(",", ".")
    if not text:
        return None
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
        raise FormError(f"{label} is a number such as 0.25, not {text!r}.")
    return float(text)


def pairs(text: str, label: str) -> dict[str, str]:
    """Return lines of "name = value" (or "name: value") as a mapping."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, mark, value = re.match(r"([^=:]*)([=:]?)(.*)", line, re.S).groups()  # type: ignore[union-attr]
        if not mark or not name.strip():
            raise FormError(f"{label}: write each line as name = value, not {line!r}.")
        found[name.strip()] = value.strip()
    return found
