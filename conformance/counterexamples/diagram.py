"""A sequence diagram as SVG: who says what to whom, time running downwards, what is wrong at the end.

Everything stands in the file itself; it is readable on light and on dark ground.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from hashlib import blake2b
from xml.sax.saxutils import escape

from ..history import Finding
from ..scenarios.naming import ELLIPSIS, Names
from .deeds import BUYER, CONNECTOR, JUDGE, MAIL_SERVER, STRANGER
from .sequence import FIRST_MESSAGES, Message, plain, relative, short

TIME_WIDTH, LANE_WIDTH, ROW_HEIGHT, HEAD_HEIGHT, MARGIN = 120, 240, 40, 76, 16
TITLE_CHARS = 72
LETTER_WIDTH, STRONG_LETTER_WIDTH = 6, 8
MOST_NOTES = 4
FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
STYLE = """
.cx { font: 13px system-ui, sans-serif; --ink: #1c2430; --soft: #5d6b7a; --rule: #b8c2cc; --paper: #ffffff;
  --box: #eef2f6; --bad: #b3261e; --bad-box: #fdecea }
@media (prefers-color-scheme: dark) { .cx { --ink: #e6ebf0; --soft: #a3b0bd; --rule: #4a5866; --paper: #14191f;
  --box: #222b34; --bad: #ff8a80; --bad-box: #3a1f1f } }
.cx text { fill: var(--ink) } .cx .cx-soft { fill: var(--soft) } .cx .cx-bad { fill: var(--bad) }
.cx .cx-paper { fill: var(--paper) } .cx .cx-box { fill: var(--box); stroke: var(--rule) }
.cx .cx-bad-box { fill: var(--bad-box); stroke: var(--bad) } .cx .cx-life { stroke: var(--rule); stroke-dasharray: 4 4 }
.cx .cx-line { stroke: var(--ink); stroke-width: 1.5; fill: none } .cx .cx-line-bad { stroke: var(--bad) }
.cx .cx-tip { fill: var(--ink) } .cx .cx-tip-bad { fill: var(--bad) }
.cx .cx-strong { font-weight: 600 }
""".strip()


def diagram(title: str, rows: Sequence[Message], names: Names, findings: Sequence[Finding], ended: timedelta) -> str:
    """Return the diagram of a failed example as the text of an SVG document."""
    kept, left = short(rows)
    lanes = _lanes(kept)
    place = {name: TIME_WIDTH + LANE_WIDTH * index + LANE_WIDTH // 2 for index, name in enumerate(lanes)}
    notes = [*_notes(findings, names)]
    gap = 1 if left else 0
    bottom = HEAD_HEIGHT + ROW_HEIGHT * (len(kept) + gap) + 12
    width = TIME_WIDTH + LANE_WIDTH * len(lanes) + MARGIN
    height = bottom + 30 + 24 * len(notes) + MARGIN
    mark = blake2b(title.encode(), digest_size=4).hexdigest()
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cx" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-labelledby="cx-title-{mark} cx-desc-{mark}">',
        f'<title id="cx-title-{mark}">{_text(title)}</title>',
        f'<desc id="cx-desc-{mark}">{_text(_described(kept, notes))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="cx-paper" width="{width}" height="{height}"/>',
        f'<text x="{MARGIN}" y="24" class="cx-strong">{_text(_cut(title, TITLE_CHARS))}</text>',
        *_heads(place, bottom),
        *_rows(kept, left, place),
        *_end(notes, bottom, width, ended),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _lanes(rows: Sequence[Message]) -> list[str]:
    """Return who takes part: the judge, the connector, then those that somebody speaks with."""
    seen = {name for row in rows for name in (row.source, row.target)}
    carriers = sorted(seen - {JUDGE, CONNECTOR, MAIL_SERVER, BUYER, STRANGER})
    others = [name for name in (STRANGER,) if name in seen]
    last = [name for name in (MAIL_SERVER, BUYER) if name in seen or BUYER in seen]
    return [JUDGE, *others, CONNECTOR, *carriers, *last]


def _heads(place: dict[str, int], bottom: int) -> Iterator[str]:
    for name, x in place.items():
        yield f'<line class="cx-life" x1="{x}" y1="{HEAD_HEIGHT - 12}" x2="{x}" y2="{bottom}"/>'
        yield f'<rect class="cx-box" x="{x - 76}" y="38" width="152" height="26" rx="4"/>'
        yield f'<text class="cx-strong" x="{x}" y="56" text-anchor="middle">{_text(name)}</text>'


def _rows(rows: Sequence[Message], left: int, place: dict[str, int]) -> Iterator[str]:
    y, said = HEAD_HEIGHT, ""
    for index, row in enumerate(rows):
        if left and index == FIRST_MESSAGES:
            y += ROW_HEIGHT
            middle = (min(place.values()) + max(place.values())) // 2
            yield f'<text class="cx-soft" x="{middle}" y="{y}" text-anchor="middle">{left} messages left out</text>'
        y += ROW_HEIGHT
        at = relative(row.after)
        if at != said:
            yield f'<text class="cx-soft" x="{MARGIN}" y="{y + 4}">{_text(at)}</text>'
            said = at
        yield from _message(row, place, y)


def _message(row: Message, place: dict[str, int], y: int) -> Iterator[str]:
    bad = " cx-bad" if row.wrong else ""
    times = f" ×{row.times}" if row.times > 1 else ""
    whole = f"{row.line}{times}" + (f" → {row.status}" if row.status else "")
    yield f"<g><title>{_text(f'{relative(row.after)}: {row.source} to {row.target}: {whole}')}</title>"
    start, end = place[row.source], place[MAIL_SERVER if row.target == BUYER else row.target]
    room = (abs(end - start) or LANE_WIDTH - 12) // LETTER_WIDTH
    line = _text(_fitted(row.line, times + (f" → {row.status}" if row.status else ""), room))
    words = f'class="{bad.strip()}" text-anchor="middle" font-size="11"'
    if row.source == row.target:
        wide, kind = LANE_WIDTH - 12, "cx-bad-box" if row.wrong else "cx-box"
        yield f'<rect class="{kind}" x="{start - wide // 2}" y="{y - 13}" width="{wide}" height="24" rx="12"/>'
        yield f'<text {words} x="{start}" y="{y + 4}">{line}</text></g>'
        return
    yield from _arrow(start, end, y, row.wrong)
    yield f'<text {words} x="{(start + end) // 2}" y="{y - 6}">{line}</text>'
    if row.target == BUYER:
        yield from _arrow(end, place[BUYER], y, row.wrong)
    yield "</g>"


def _arrow(start: int, end: int, y: int, wrong: bool) -> Iterator[str]:
    step, kind = (6 if end > start else -6), "-bad" if wrong else ""
    lined = "cx-line cx-line-bad" if wrong else "cx-line"
    yield f'<line class="{lined}" x1="{start}" y1="{y}" x2="{end - step}" y2="{y}"/>'
    yield f'<path class="cx-tip{kind}" d="M{end} {y} L{end - 2 * step} {y - 5} L{end - 2 * step} {y + 5} Z"/>'


def _notes(findings: Sequence[Finding], names: Names) -> Iterator[str]:
    for row in findings[:MOST_NOTES]:
        subject, expected, found = (plain(text, names) for text in (row.subject, row.expected, row.found))
        yield f"{row.requirement} {subject}: expected {expected}, found {found}"
    if len(findings) > MOST_NOTES:
        yield f"and {len(findings) - MOST_NOTES} more"


def _end(notes: Sequence[str], bottom: int, width: int, ended: timedelta) -> Iterator[str]:
    height = 14 + 24 * len(notes)
    yield f'<text class="cx-soft" x="{MARGIN}" y="{bottom + 20}">{_text(relative(ended))}</text>'
    x = TIME_WIDTH
    yield f'<rect class="cx-bad-box" x="{x}" y="{bottom}" width="{width - x - MARGIN}" height="{height}" rx="4"/>'
    most = max(30, (width - x - 3 * MARGIN) // STRONG_LETTER_WIDTH)
    for place, note in enumerate(notes):
        shown = _text(_cut(note, most))
        y = bottom + 24 + 24 * place
        yield f'<text class="cx-bad cx-strong" x="{x + 12}" y="{y}">{shown}<title>{_text(note)}</title></text>'


def _described(rows: Sequence[Message], notes: Sequence[str]) -> str:
    return f"{len(rows)} messages between {', '.join(_lanes(rows))}. At the end: {'; '.join(notes)}."


def _fitted(line: str, tail: str, most: int) -> str:
    """Return a line that keeps its end, which says what came of it."""
    return _cut(line, max(16, most - len(tail))) + _cut(tail, most - 16)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + ELLIPSIS


def _text(text: str) -> str:
    return escape(FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text))
