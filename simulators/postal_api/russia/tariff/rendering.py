"""Answers of the calculator in other forms than JSON: text, HTML, the bare sum.

Wire contract: §5.1. The headings are those that a client's test looks for; the rest of the form is ours.
"""

from collections.abc import Iterator
from html import escape
from typing import Any

import msgspec

from .calculation import Calculation
from .prices import Amount
from .shapes import CAPTIONS, TARIFF, TERMS

CHARSET = "charset=utf-8"
JSON_TYPE, TEXT_TYPE, HTML_TYPE = f"application/json;{CHARSET}", f"text/plain;{CHARSET}", f"text/html;{CHARSET}"
GIVEN, STEPS, RESULT = "Исходные данные", "Процесс расчета", "Результат расчета"
Section = tuple[str, list[str]]


def roubles(amount: Amount) -> str:
    return f"{amount.gross_minor // 100}.{amount.gross_minor % 100:02} с НДС"


def sections(found: Calculation, wanted: tuple[str, ...]) -> list[Section]:
    """Return what is told of a calculation, heading by heading."""
    asked = found.asked
    given = [
        f"Объект расчета: {asked.sent.name} ({asked.sent.object})",
        f"Вес: {asked.weight_g} г",
        f"Откуда: {asked.index_from}",
        f"Куда: {asked.index_to or asked.country}",
        f"Дата: {asked.on:%d.%m.%Y}",
    ]
    steps = [f"Способ пересылки: {found.transport[1]}"]
    steps += [f"{line.name}: {roubles(line.amount)}" for line in found.lines] if TARIFF in wanted else []
    result: list[str] = []
    if TARIFF in wanted:
        total = found.total
        result += [
            f"Итого без НДС: {total.rate_minor // 100}.{total.rate_minor % 100:02}",
            f"Итого с НДС {found.found.vat_percent}%: {total.gross_minor // 100}.{total.gross_minor % 100:02}",
        ]
    if TERMS in wanted:
        result += [f"Контрольный срок, дней: {found.found.days_min}-{found.found.days_max}"]
    return [(CAPTIONS[wanted], []), (GIVEN, given), (STEPS, steps), (RESULT, result)]


def text(found: list[Section]) -> str:
    return "\n".join(line for heading, lines in found for line in (f"[{heading}]", *lines)) + "\n"


def html(found: list[Section], *, full: bool) -> str:
    """Return the sections as HTML: a whole page, or what goes into one."""
    body = "".join(
        f"<h3>{escape(heading)}</h3>" + "".join(f"<p>{escape(line)}</p>" for line in lines) for heading, lines in found
    )
    title = escape(found[0][0])
    page = f'<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>{title}</title></head>'
    return f"{page}<body>{body}</body></html>" if full else f"<div>{body}</div>"


def listed(title: str, payload: dict[str, Any]) -> list[Section]:
    """Return a dictionary's answer as sections: one line for each leaf that has a name."""
    return [(title, list(_names(payload, 0)))]


def _names(found: Any, depth: int) -> Iterator[str]:
    if isinstance(found, dict):
        if "name" in found:
            yield "  " * depth + " ".join(str(found[key]) for key in ("id", "name") if key in found)
        for value in found.values():
            yield from _names(value, depth + 1)
    elif isinstance(found, list):
        for value in found:
            yield from _names(value, depth)


def dressed(look: str, payload: dict[str, Any], told: list[Section], easy: str) -> tuple[bytes, str]:
    """Return an answer's bytes and content type in the form that was asked for."""
    match look:
        case "json":
            return msgspec.json.encode(payload), JSON_TYPE
        case "jsontext":
            return msgspec.json.format(msgspec.json.encode(payload), indent=2), TEXT_TYPE
        case "html" | "htmlfull":
            return html(told, full=look == "htmlfull").encode(), HTML_TYPE
        case "text":
            return text(told).encode(), TEXT_TYPE
    return easy.encode(), TEXT_TYPE
