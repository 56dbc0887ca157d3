"""A run as a badge: an SVG with the level that was reached, or what else came of it."""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from ..run import CONFORM, FAILED, Run
from .words import word_of

LABEL = "parcelproof"
COLOURS = {"bronze": "#8a5a2b", "silver": "#5f6b78", "gold": "#8a6d00", "conform": "#1a7f4b", "not conform": "#b3261e"}
OTHER = "#5b6675"
# Widths of Verdana's letters at 11 px, in tenths of a pixel; textLength makes other fonts take the same room.
_WIDTHS = {
    " ": 39, "a": 66, "b": 69, "c": 57, "d": 69, "e": 66, "f": 39, "g": 69, "h": 70, "i": 30, "j": 38, "k": 65, "l": 30,
    "m": 107, "n": 70, "o": 67, "p": 69, "q": 69, "r": 47, "s": 57, "t": 43, "u": 70, "v": 65, "w": 90, "x": 65,
    "y": 65, "z": 58,
}  # fmt: skip
_MARGIN_PX = 6


def write_badge(run: Run, path: Path) -> None:
    path.write_text(badge_of(run), encoding="utf-8")


def message_of(run: Run) -> str:
    """Return what the badge says: the level where one was reached and all could be judged, else the run's own word."""
    if run.exit_code in (CONFORM, FAILED) and run.reached:
        return run.reached
    return word_of(run)


def badge_of(run: Run) -> str:
    return svg_of(message_of(run))


def svg_of(message: str) -> str:
    """Return a badge that says this; `aria-label` and title say it to those who do not see it."""
    left, right = _width_px(LABEL), _width_px(message)
    wide = left + right + 4 * _MARGIN_PX
    edge = left + 2 * _MARGIN_PX
    name = f"{LABEL}: {message}"
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="20" role="img" aria-label={quoteattr(name)}>
<title>{escape(name)}</title>
<rect width="{wide}" height="20" rx="3" fill="{COLOURS.get(message, OTHER)}"/>
<path d="M3 0H{edge}V20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#39424e"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
<text x="{_MARGIN_PX}" y="14" textLength="{left}">{escape(LABEL)}</text>
<text x="{edge + _MARGIN_PX}" y="14" textLength="{right}">{escape(message)}</text>
</g>
</svg>
"""


def _width_px(text: str) -> int:
    return round(sum(_WIDTHS[letter] for letter in text) / 10)
