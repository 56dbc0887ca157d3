"""A mail's bytes as text to read. Total: any bytes give something, and headers come without control characters."""

import email
import email.message
import re
from binascii import Error as Base64Error
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header

import msgspec

HEAD_BYTES = 65_536  # so much of a head is read
SHOWN_LETTERS = 1_000  # of a subject or a message id in a list
# Python's parser looks at each line once for every multipart around it: ten small megabytes took it 15 seconds.
LINES = 150_000  # 10 MiB of base64 have 138 000
MULTIPARTS = 20

_FOLD = re.compile(r"\r?\n(?=[ \t])")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_ODD = (MessageError, LookupError, ValueError, TypeError, AttributeError, Base64Error)  # the parser, on odd mails


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list of mails shows of one, decoded."""

    message_id: str
    subject: str


class Attachment(msgspec.Struct, frozen=True):
    """Any part but the first plain and the first HTML text."""

    name: str
    content_type: str
    size_bytes: int


class MailText(msgspec.Struct, frozen=True):
    """A mail taken apart. `headers` are in their order, decoded; `problem` is a sentence on what could not be read."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[Attachment]
    problem: str


def summary_of(raw: bytes) -> Summary:
    found = {name.lower(): value for name, value in reversed(headers_of(raw))}
    return Summary(found.get("message-id", "")[:SHOWN_LETTERS], found.get("subject", "")[:SHOWN_LETTERS])


def headers_of(raw: bytes) -> list[tuple[str, str]]:
    """Return the headers in their order, encoded words and UTF-8 decoded, each on one line."""
    end = _BLANK_LINE.search(raw, 0, HEAD_BYTES)
    head = email.message_from_bytes(raw[: end.end() if end else HEAD_BYTES])
    return [(_clean(name), _decoded(value)) for name, value in head.raw_items()]


def text_of(raw: bytes) -> MailText:
    headers = headers_of(raw)
    if problem := _too_much(raw):
        return MailText(headers, "", "", [], problem)
    try:
        text, html, attachments = _parts(email.message_from_bytes(raw))
    except RecursionError:
        return MailText(headers, "", "", [], "The parts of this mail are nested too deeply to be shown.")
    return MailText(headers, text, html, attachments, "")


def _too_much(raw: bytes) -> str:
    """Return why a mail is not taken apart, "" when it can be: the server waits while it is."""
    lines, multiparts = max(raw.count(b"\n"), raw.count(b"\r")), raw.lower().count(b"multipart/")
    if lines > LINES:
        return f"This mail has {lines} lines; at most {LINES} are taken apart."
    if multiparts > MULTIPARTS:
        return f"This mail has {multiparts} multiparts; at most {MULTIPARTS} are taken apart."
    return ""


def _parts(message: email.message.Message) -> tuple[str, str, list[Attachment]]:
    texts: dict[str, str] = {}
    attachments = []
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            below = part.get_payload()
            assert isinstance(below, list)
            waiting.extend(found for found in reversed(below) if not isinstance(found, str))
            continue
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and kind not in texts and not _is_attached(part):
            texts[kind] = _body(part)
        else:
            attachments.append(Attachment(_file_name(part), _clean(kind), _size_bytes(part)))
    return texts.get("text/plain", ""), texts.get("text/html", ""), attachments


def _is_attached(part: email.message.Message) -> bool:
    try:
        return part.get_content_disposition() == "attachment"
    except _ODD:
        return False


def _file_name(part: email.message.Message) -> str:
    try:
        return _decoded(part.get_filename() or "")
    except _ODD:
        return ""


def _size_bytes(part: email.message.Message) -> int:
    """Return the size of a part's content, of an attached message that of its own parts."""
    return sum(len(_bytes(leaf)) for leaf in part.walk() if not leaf.is_multipart())


def _bytes(part: email.message.Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except _ODD:
        return b""
    return found if isinstance(found, bytes) else b""


def _body(part: email.message.Message) -> str:
    """Return a text part as text that UTF-8 can hold: some charsets can say half of a surrogate pair."""
    found = _bytes(part)
    try:
        text = found.decode(str(part.get_param("charset", "utf-8")), "replace")
    except _ODD:
        text = found.decode("utf-8", "replace")
    return text.encode("utf-8", "replace").decode().replace("\r\n", "\n")


def _decoded(value: str) -> str:
    text = _FOLD.sub("", value.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    if "=?" in text:
        try:
            text = str(make_header(decode_header(text)))
        except _ODD:
            return _clean(text)
    return _clean(text)


def _clean(text: str) -> str:
    """Return text of printable characters only: no line ends, no terminal sequences, no change of direction."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text.strip()
