"""A notice as a mail: text and HTML of the same things, or the one line of an SMS.

Wire contract: `notifications` NTF-150 to NTF-159, NTF-240 and NTF-245. The looks are ours. Whatever customers wrote is
text: escaped in HTML, without line ends in a header.
"""

from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256
from html import escape

from .words import word

SENDER = "notifications@swiss-post.example"
HOST = "swiss-post.example"
SMS_HOST = "sms.swiss-post.example"
LONGEST_SMS = 459  # three messages
YELLOW, INK, GREY, PAPER = "#ffcc00", "#1c1c1c", "#5f5f5f", "#f4f3f0"
FONT = "font-family:Helvetica,Arial,sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a notice says. `rows` are facts by their names; `message` is both free texts, one below the other."""

    to: str
    by_mail: bool
    language: str
    sender: str
    title: str
    text: str
    rows: tuple[tuple[str, str], ...]
    message: str = ""
    picture: str = ""
    link: str = ""
    control: str = ""
    control_words: str = ""
    options: tuple[str, ...] = ()
    at: datetime
    mark: str = field(default="")  # what is the notice's own: its Message-ID is made of it

    @property
    def subject(self) -> str:
        return one_line(f"{self.sender}: {self.title}")


def one_line(text: str) -> str:
    """Return text without line ends and control characters, fit for a header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def several_lines(text: str) -> str:
    """Return text with its line ends and without other control characters."""
    return "\n".join(one_line(line) for line in text.splitlines()).strip()


def envelope_of(letter: Letter) -> str:
    """Return the address that the mailbox files it under; an SMS has one by its number."""
    return letter.to if letter.by_mail else f"{letter.to.replace(' ', '')}@{SMS_HOST}"


def raw(letter: Letter) -> bytes:
    """Return the whole mail, the same bytes for the same letter.

    Written by hand: the standard library's makes a label with a notice several times as slow, and draws its boundary.
    """
    head = {
        "From": f"Swiss Post <{SENDER}>",
        "To": envelope_of(letter),
        "Subject": _encoded(letter.subject),
        "Date": format_datetime(letter.at),
        "Message-ID": f"<{letter.mark}@{HOST}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": letter.language.lower(),
        "MIME-Version": "1.0",
    }
    if not letter.by_mail:
        return _part(head, "plain", _sms(letter))
    boundary = f"=_{sha256(letter.mark.encode()).hexdigest()[:32]}"
    head["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
    rule = f"--{boundary}".encode()
    parts = (_part({}, "plain", _plain(letter)), _part({}, "html", _html(letter)))
    return b"\r\n".join((_headers(head), *(rule + b"\r\n" + part for part in parts), rule + b"--", b""))


def _encoded(text: str) -> str:
    """Return text as a header has it, folded; what looks like an encoded word is encoded, so that it stays text."""
    plain = text.isascii() and "=?" not in text
    return Header(text, "us-ascii" if plain else "utf-8", header_name="Subject").encode(linesep="\r\n")


def _headers(head: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode("ascii")


def _part(head: Mapping[str, str], kind: str, text: str) -> bytes:
    """Return a text with its headers, quoted-printable."""
    own = {**head, "Content-Type": f"text/{kind}; charset=utf-8", "Content-Transfer-Encoding": "quoted-printable"}
    body = b2a_qp(text.replace("\n", "\r\n").encode("utf-8", "replace"))
    return _headers(own) + b"\r\n" + body


def _sms(letter: Letter) -> str:
    said = one_line(f"{letter.subject}. {letter.text} {letter.message}")
    number = letter.rows[0][1]
    return f"{said[: LONGEST_SMS - len(number) - 1]} {number}\n"


def _plain(letter: Letter) -> str:
    parts = [letter.title, letter.text, "\n".join(f"{name}: {value}" for name, value in letter.rows)]
    if letter.message:
        parts.append(f"{word(letter.language, 'message')}:\n{letter.message}")
    if letter.control:
        options = "".join(f"\n- {one}" for one in letter.options)
        parts.append(f"{letter.control_words}{options}\n{letter.control}")
    if letter.link:
        parts.append(f"{word(letter.language, 'link')}: {letter.link}")
    parts.append(f"-- \n{word(letter.language, 'footer')}\n{word(letter.language, 'simulated')}")
    return "\n\n".join(parts) + "\n"


def _html(letter: Letter) -> str:
    cells = [
        _brand(letter),
        f'<h1 style="margin:0 0 12px;font-size:24px;line-height:1.25">{escape(letter.title)}</h1>',
        f'<p style="margin:0 0 20px;line-height:1.5">{escape(letter.text)}</p>',
        _facts(letter),
        _message(letter),
        _control(letter),
        _link(letter),
    ]
    return (
        f'<!doctype html><html lang="{letter.language.lower()}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(letter.subject)}</title></head>'
        f'<body style="margin:0;background:{PAPER};color:{INK};{FONT};font-size:16px">'
        f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" '
        f'style="padding:24px 12px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" '
        f'style="max-width:600px;background:#fff;text-align:left"><tr><td style="background:{YELLOW};padding:14px 28px;'
        f'font-weight:bold">Swiss Post</td></tr><tr><td style="padding:28px">{"".join(cells)}</td></tr>'
        f'<tr><td style="padding:16px 28px;border-top:1px solid #ddd;color:{GREY};font-size:13px;line-height:1.5">'
        f"{word(letter.language, 'footer')}<br>{word(letter.language, 'simulated')}</td></tr>"
        f"</table></td></tr></table></body></html>\n"
    )


def _brand(letter: Letter) -> str:
    """Return the sender's picture, or nothing: his name stands among the facts in any case."""
    if not letter.picture:
        return ""
    image = (
        f'<img src="{escape(letter.picture)}" alt="{escape(word(letter.language, "logo"))}" '
        f'style="max-width:100%;max-height:160px;height:auto;border:0">'
    )
    shown = f'<a href="{escape(letter.link)}">{image}</a>' if letter.link else image
    return f'<p style="margin:0 0 20px">{shown}</p>'


def _facts(letter: Letter) -> str:
    rows = "".join(
        f'<tr><td style="padding:6px 16px 6px 0;color:{GREY};vertical-align:top;white-space:nowrap">{escape(name)}</td>'
        f'<td style="padding:6px 0;font-weight:bold;word-break:break-word">{escape(value)}</td></tr>'
        for name, value in letter.rows
    )
    return f'<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 20px">{rows}</table>'


def _message(letter: Letter) -> str:
    if not letter.message:
        return ""
    lines = "<br>".join(escape(line) for line in letter.message.split("\n"))
    return (
        f'<div style="margin:0 0 20px;padding:12px 16px;background:{PAPER};border-left:4px solid {YELLOW}">'
        f'<p style="margin:0 0 6px;color:{GREY};font-size:13px">{escape(word(letter.language, "message"))}</p>'
        f'<p style="margin:0;line-height:1.5;word-break:break-word">{lines}</p></div>'
    )


def _control(letter: Letter) -> str:
    if not letter.control:
        return ""
    rows = "".join(f'<li style="margin:4px 0">{escape(one)}</li>' for one in letter.options)
    return (
        f'<p style="margin:0 0 6px">{escape(letter.control_words)}</p><ul style="margin:0 0 16px;padding-left:20px">'
        f'{rows}</ul><p style="margin:0 0 20px"><a href="{escape(letter.control)}" style="display:inline-block;'
        f'background:{INK};color:#fff;padding:12px 20px;text-decoration:none;font-weight:bold">'
        f"{escape(word(letter.language, 'button'))}</a></p>"
    )


def _link(letter: Letter) -> str:
    if not letter.link:
        return ""
    words = escape(word(letter.language, "link"))
    return f'<p style="margin:0"><a href="{escape(letter.link)}" style="color:{INK}">{words}</a></p>'
