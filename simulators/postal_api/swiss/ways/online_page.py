"""The online page as HTML: a form with what it was given, or the label."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ....wire.call import Answer

TYPE = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
TITLE = "Parcel labels Switzerland"
ROWS: tuple[tuple[str, Sequence[tuple[str, str, str, bool]]], ...] = (  # legend, then (name, words, type, required)
    (
        "Sender",
        (
            ("senderName", "Name", "text", True),
            ("senderStreet", "Street and number", "text", True),
            ("senderZip", "Postal code", "text", True),
            ("senderCity", "Place", "text", True),
        ),
    ),
    (
        "Recipient",
        (
            ("name", "Name", "text", True),
            ("company", "Company", "text", False),
            ("street", "Street", "text", True),
            ("houseNo", "Number", "text", False),
            ("zip", "Postal code", "text", True),
            ("city", "Place", "text", True),
            ("email", "E-mail, for messages about the delivery", "email", False),
        ),
    ),
    ("Parcel", (("weight", "Weight in grams", "number", False),)),
)
CHOICES = (
    ("service", "Service", (("ECO", "PostPac Economy"), ("PRI", "PostPac Priority"))),
    ("language", "Language", (("DE", "Deutsch"), ("FR", "Français"), ("IT", "Italiano"), ("EN", "English"))),
)


def form(given: Mapping[str, str], wrong: Sequence[str] = (), status: int = 200) -> Answer:
    """Return the form, filled in as it came, and what is wrong with it."""
    parts = ['<form method="post">']
    if wrong:
        parts.append(f'<ul role="alert">{"".join(f"<li>{escape(one)}</li>" for one in wrong)}</ul>')
    for legend, rows in ROWS:
        parts.append(f"<fieldset><legend>{legend}</legend>{''.join(_field(given, *row) for row in rows)}</fieldset>")
    parts += [_choice(given, *row) for row in CHOICES]
    terms = '<input type="checkbox" name="terms" value="accepted" required>'
    parts.append(
        f"<p><label>{terms} I accept the general terms</label></p><p><button>Make the label</button></p></form>"
    )
    return _page("".join(parts), status)


def _field(given: Mapping[str, str], name: str, words: str, kind: str, required: bool) -> str:
    value, must = escape(given.get(name, "")), " required" if required else ""
    return f'<p><label>{words} <input type="{kind}" name="{name}" value="{value}"{must}></label></p>'


def _choice(given: Mapping[str, str], name: str, words: str, options: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<option value="{value}"{" selected" if given.get(name) == value else ""}>{said}</option>'
        for value, said in options
    )
    return f'<p><label>{words} <select name="{name}">{rows}</select></label></p>'


def made(item: Mapping[str, Any]) -> Answer:
    """Return the label that was made, inside the page: it is kept nowhere else."""
    code, page = escape(str(item["identCode"])), escape("".join(item["label"][:1]))
    rows = "".join(f"<li>{escape(row['code'])}: {escape(row['message'])}</li>" for row in item.get("warnings", ()))
    told = f"<ul>{rows}</ul>" if rows else ""
    link = f'<a download="{code}.pdf" href="data:application/pdf;base64,{page}">Label as PDF</a>'
    return _page(f'<p>Number <strong id="ident-code">{code}</strong></p>{told}<p>{link}</p>', 200)


def _page(content: str, status: int) -> Answer:
    head = f'<meta charset="utf-8"><title>{TITLE}</title>'
    whole = (
        f'<!doctype html><html lang="en"><head>{head}</head><body><main><h1>{TITLE}</h1>{content}</main></body></html>'
    )
    return Answer(status, whole.encode("utf-8", "replace"), dict(TYPE))
