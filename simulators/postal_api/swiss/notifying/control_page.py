"""The page for control options as HTML: what was chosen, or a form for each option that is open."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from html import escape

from ....wire.call import Answer
from ..consignment import Consignment
from .control_rules import FIELDS, Closed, days
from .letter import FONT, GREY, INK, PAPER, YELLOW, one_line
from .records import Choice
from .words import day_in_words, done, sentence, word

TYPE = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
}
STYLE = (
    f"body{{margin:0;background:{PAPER};color:{INK};{FONT};font-size:16px;line-height:1.5}}"
    f"header{{background:{YELLOW};font-weight:bold;padding:14px 28px}}"
    "main,header{max-width:600px;margin:0 auto;box-sizing:border-box}"
    "main,input,select{background:#fff}main{padding:28px}"
    "h1{font-size:24px;margin:0 0 12px}h2{font-size:17px;margin:0 0 10px}"
    "section{border-top:1px solid #ddd;padding:18px 0}label{display:block;margin:0 0 10px}"
    "input,select{display:block;width:100%;box-sizing:border-box;font:inherit;padding:9px;border:1px solid #767676}"
    f"button{{font:inherit;font-weight:bold;color:#fff;background:{INK};border:0;padding:12px 20px;cursor:pointer}}"
    f".told{{background:{PAPER};border-left:4px solid {YELLOW};padding:10px 16px}}.small{{color:{GREY};font-size:14px}}"
)


def page(
    found: Consignment,
    language: str,
    options: Sequence[tuple[str, Closed | None]],
    *,
    now_ms: int,
    choice: Choice | None = None,
    wrong: str = "",
    status: int = 200,
) -> Answer:
    """Return the page. `options` are the recipient's, each with why it is closed; `wrong` is a sentence."""
    say = partial(sentence, language, "page")
    parts = [f"<h1>{escape(say('title'))}</h1>", _facts(found, language)]
    if wrong:
        parts.append(f'<p class="told" role="alert">{escape(wrong)}</p>')
    if choice is not None:
        parts.append(f'<p class="told" role="status">{escape(say("chosen"))} {escape(done(choice, language))}</p>')
    elif all(closed for _, closed in options):
        parts.append(f'<p class="told">{escape(say("none_left"))}</p>')
    else:
        parts.append(f"<p>{escape(say('choose'))}</p>")
    if choice is None:
        parts += [_section(language, option, closed, now_ms) for option, closed in options]
    parts.append(f'<p class="small">{escape(say("unchecked"))}<br>{escape(word(language, "simulated"))}</p>')
    return _whole(say("title"), language, "".join(parts), status)


def unknown() -> Answer:
    """Return the answer to a link that is none, or not any more: nothing tells the two apart."""
    sentences = "Diesen Link gibt es nicht. · Ce lien n'existe pas. · Questo link non esiste. · There is no such link."
    return _whole("404", "DE", f"<h1>404</h1><p>{sentences}</p>", 404)


def _facts(found: Consignment, language: str) -> str:
    rows = ((word(language, "number"), found.ident_code), (word(language, "sender"), one_line(found.sender_name)))
    shown = "<br>".join(f"{escape(name)}: <strong>{escape(value)}</strong>" for name, value in rows)
    return f"<p>{shown}</p>"


def _section(language: str, option: str, closed: Closed | None, now_ms: int) -> str:
    title = f"<h2>{escape(sentence(language, 'options', option))}</h2>"
    if closed is not None:
        return f'<section>{title}<p class="small">{escape(sentence(language, "page", closed))}</p></section>'
    fields = "".join(_field(language, option, name, most, now_ms) for name, most in FIELDS[option].items())
    hidden = f'<input type="hidden" name="option" value="{option}">'
    button = f"<button>{escape(sentence(language, 'page', 'send'))}</button>"
    return f'<section>{title}<form method="post">{hidden}{fields}{button}</form></section>'


def _field(language: str, option: str, name: str, most: int, now_ms: int) -> str:
    words = escape(sentence(language, "fields", name))
    if name == "day":
        rows = "".join(f'<option value="{day}">{_in_words(day, language)}</option>' for day in days(now_ms))
        return f'<label>{words} <select name="day" required>{rows}</select></label>'
    return f'<label>{words} <input name="{name}" maxlength="{most}" required></label>'


def _in_words(day: str, language: str) -> str:
    return day_in_words(date.fromisoformat(day), language)


def _whole(title: str, language: str, content: str, status: int) -> Answer:
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style>"
    )
    whole = (
        f'<!doctype html><html lang="{language.lower()}"><head>{head}</head><body><header>Swiss Post</header>'
        f"<main>{content}</main></body></html>\n"
    )
    return Answer(status, whole.encode("utf-8", "replace"), dict(TYPE))
