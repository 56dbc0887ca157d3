"""What a mail says, and how it becomes text and HTML: two views of one sheet, so that neither says less.

Nothing that people or carriers wrote adds a line, a tag or a header (NTF-240). The HTML needs no table, no picture, no
script and names no colour, so that it reads in the light and in the dark.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..ports import Mail
from .languages import nearest, words

GLUE = "\u00a0\u202f"  # blanks that break no line
SUBJECT_MOST = 250  # letters; the longest names and numbers that the engine takes fit
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What every mail has, whatever it says. `person`: what its reader is called, empty where nobody knows."""

    recipient: str
    sender: str
    id: str
    date: datetime
    language: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A mail from top to bottom. `rows` are label and value; `stop` ends mails of this kind."""

    subject: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    items: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()
    stop: Link | None = None


def mail(sheet: Sheet, cover: Cover, *, kind: str, headers: Mapping[str, str] | None = None) -> Mail:
    """Return the finished mail. `kind` stands in it for programs."""
    own = {"Auto-Submitted": "auto-generated", "X-Parcelproof-Kind": kind, **(headers or {})}
    if sheet.stop is not None:
        own["List-Unsubscribe"] = f"<{sheet.stop.url}>"
        own["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    values = {"sheet": sheet, "greeting": greeting(cover), "language": nearest(cover.language)}
    return Mail(
        message_id=cover.id,
        sender=cover.sender,
        recipient=cover.recipient,
        subject=shortened(line(sheet.subject)),
        text=_templates(html=False).get_template("letter.txt").render(values),
        html=_templates(html=True).get_template("letter.html").render(values),
        date=cover.date,
        headers=own,
    )


def greeting(cover: Cover) -> str:
    _ = words(cover.language).gettext
    name = line(cover.person)
    return _("Hello %(name)s,") % {"name": name} if name else _("Hello,")


def pair(label: str, value: str, language: str) -> str:
    """Return label and value on one line, as the language parts them."""
    _ = words(language).gettext
    return _("%(label)s: %(value)s") % {"label": label, "value": value}


def line(text: str) -> str:
    """Return text as one printable line, without signs that turn the direction of others."""
    blanked = "".join(sign if sign.isprintable() or sign in GLUE else " " for sign in text)
    return " ".join(filter(None, blanked.split(" "))).strip()


def shortened(text: str) -> str:
    return text if len(text) <= SUBJECT_MOST else f"{text[: SUBJECT_MOST - 1]}…"


@cache
def _templates(*, html: bool) -> Environment:
    return environment(html=html)


def environment(*, html: bool) -> Environment:
    """Return templates whose values are one line each and, in HTML, never markup."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=html,
        finalize=line,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.globals["pair"] = pair
    return found
