"""Secrets are masked wherever the journal shows them: headers, queries, form, multipart, JSON and XML bodies."""

import re
from urllib.parse import unquote

import msgspec

MASK = "***"

SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "x-user-authorization", "x-api-key", "cookie", "set-cookie"}
)
SECRET_FIELDS = (
    "client_secret", "access_token", "refresh_token", "token", "secret", "password", "api_key", "apikey", "secure",
    "x-api-key", "sessionid",
)  # fmt: skip

_NAMES = "|".join(SECRET_FIELDS)
_WEBHOOK_SECRET = re.compile(r"whs(ec|k)_[A-Za-z0-9+/=_-]+")
_KEY = re.compile(r"mak_(test|live)_[A-Za-z0-9_-]+")
_JSON = re.compile(rf'("(?:{_NAMES})"\s*:\s*")((?:[^"\\]|\\.)*)(?=")', re.IGNORECASE)
_FORM = re.compile(rf"((?:^|[?&])(?:{_NAMES})=)[^&#\s]*", re.IGNORECASE)
_PART = re.compile(
    rf'(name="?(?:{_NAMES})"?[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n)(.*?)(?=\r?\n--)', re.IGNORECASE | re.S
)
_XML = re.compile(rf"(<(?:[\w.-]+:)?(?:{_NAMES})(?:\s[^<>]*)?>)[^<]*", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u00[2-7][0-9a-f]", re.IGNORECASE)
_ENCODED = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)


# Looked for first, in lower case: almost every text holds none of them, and a plain search is ten times cheaper.
_MARKS = (
    "secret",
    "token",
    "password",
    "api_key",
    "apikey",
    "secure",
    "sessionid",
    "x-api-key",
    "whs",
    "mak_",
    "\\u00",
    "%",
)


def mask_header(name: str, value: str) -> str:
    """Return a header's value without its secret; the scheme of an Authorization stays."""
    if name.lower() in SECRET_HEADERS:
        scheme, blank, _ = value.partition(" ")
        return f"{scheme} {MASK}" if blank and scheme.isalpha() else MASK
    return mask_text(value)


def mask_text(text: str) -> str:
    """Return a query, form, multipart or JSON text without its secrets."""
    lowered = text.lower()
    if not any(mark in lowered for mark in _MARKS):
        return text
    if _ESCAPE.search(text):
        text = _unescaped(text)
    if _ENCODED.search(text) and "=" in text:
        text = _plain_names(text)
    text = _JSON.sub(rf"\1{MASK}", text)
    text = _FORM.sub(rf"\1{MASK}", text)
    text = _PART.sub(rf"\1{MASK}", text)
    text = _XML.sub(rf"\1{MASK}", text)
    text = _KEY.sub(lambda found: f"mak_{found[1]}_{MASK}", text)
    return _WEBHOOK_SECRET.sub(lambda found: f"whs{found[1]}_{MASK}", text)


def _unescaped(text: str) -> str:
    """Return JSON written again, so that an escaped spelling (client\\u005fsecret) hides nothing."""
    try:
        return msgspec.json.encode(msgspec.json.decode(text)).decode()
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return text


def _plain_names(text: str) -> str:
    """Return a form text with the field names decoded, so that an encoded spelling (client%5Fsecret) hides nothing."""

    def plain(found: re.Match[str]) -> str:
        return found[1] + unquote(found[2], errors="replace") + "="

    return re.sub(r"(^|[?&])([^=&?\s]*%[^=&?\s]*)=", plain, text)
