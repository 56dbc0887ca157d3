"""Make the two fonts that labels are set in, from the upstream DejaVu files.

Run where DejaVu 2.37 is installed (Debian: fonts-dejavu-extra); the outcome is committed beside this file:

    python simulators/wire/labels/fonts/make_fonts.py /usr/share/fonts/truetype/dejavu

Kept: Latin with all its extensions, Greek, Cyrillic, Armenian, Georgian, punctuation, currency signs.
Hinting goes, composed letters become plain outlines: `sfnt.py` copies single glyphs out of these files, so a glyph
must not refer to another. The same input gives the same bytes.
"""

import sys
from pathlib import Path

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

RANGES = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x259, 0x259), (0x2BB, 0x2BC), (0x370, 0x3FF), (0x400, 0x52F), (0x531, 0x58F),
    (0x10A0, 0x10FF), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x203A), (0x2044, 0x2044), (0x20A0, 0x20BF),
    (0x2116, 0x2122), (0x2190, 0x2193), (0x2212, 0x2212), (0xFFFD, 0xFFFD),
)  # fmt: skip
SOURCES = {"regular.ttf": "DejaVuSansCondensed.ttf", "bold.ttf": "DejaVuSansCondensed-Bold.ttf"}


def subset(source: Path, target: Path) -> None:
    font = TTFont(source, recalcTimestamp=False)
    options = Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[0, 1, 2, 4, 5, 6, 13, 14])
    options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "MATH", "gasp", "kern"]
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    flatten(font)
    font.save(target, reorderTables=True)


def flatten(font: TTFont) -> None:
    glyphs, outlines = font.getGlyphSet(), font["glyf"]
    plain = {}
    for name in font.getGlyphOrder():
        if outlines[name].isComposite():
            recording = DecomposingRecordingPen(glyphs)
            glyphs[name].draw(recording)
            pen = TTGlyphPen(None)
            recording.replay(pen)
            plain[name] = pen.glyph()
    for name, glyph in plain.items():
        outlines[name] = glyph


if __name__ == "__main__":
    here, upstream = Path(__file__).parent, Path(sys.argv[1])
    for name, source in SOURCES.items():
        subset(upstream / source, here / name)
        print(f"{name}: {(here / name).stat().st_size} bytes")
