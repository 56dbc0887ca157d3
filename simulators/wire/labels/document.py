"""A PDF file around finished page contents: objects, the two composite fonts, cross references.

No dates and no random identifiers: the same contents give the same bytes.

Source: ISO 32000-1, 7.5 (file structure), 9.7 (composite fonts), 9.10 (text extraction).
"""

import zlib
from collections.abc import Sequence
from itertools import accumulate, count

from .label import PageSize
from .layout import MM_PT
from .sfnt import Font

_CMAP_BEGIN = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def "
    "/CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
)
_CMAP_END = "endcmap CMapName currentdict /CMap defineresource pop end end"
_SEPARATOR = "\uffff"  # no character, so no font has it
_FONTS_AT, _PAGES_AT = (3, 8), 13  # object numbers: 1 is the catalog, 2 the page tree, a font takes five


class Cast:
    """The letters of one font that a file uses, numbered from 1 in the order of their codes."""

    def __init__(self, font: Font, texts: Sequence[str]) -> None:
        self.font = font
        self.letters = sorted(set().union(*texts))
        self._texts = texts
        self._numbers = dict(zip(map(ord, self.letters), count(1), strict=False))

    def written(self) -> list[str]:
        """Return the texts as glyph numbers in hexadecimal, four digits a letter: none reaches the page's syntax."""
        numbered = _SEPARATOR.join(self._texts).translate(self._numbers)  # one pass over all of them
        return [text.encode("utf-16-be").hex() for text in numbered.split(_SEPARATOR)]

    def objects(self, first: int) -> list[bytes]:
        """Return the five objects of a composite font; `first` is the number of the first."""
        font, letters, em = self.font, self.letters, self.font.units_per_em
        name = f"{_tag(letters)}+{font.name}"
        widths = " ".join([font.glyphs[letter].width for letter in letters])
        box = " ".join([str(round(side * 1000 / em)) for side in font.box])
        outlines = font.subset(letters)
        return [
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{first + 1} 0 R]"
            f"/ToUnicode {first + 4} 0 R>>".encode(),
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            f"/Supplement 0>>/CIDToGIDMap/Identity/FontDescriptor {first + 2} 0 R/W[1[{widths}]]>>".encode(),
            f"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{box}]/ItalicAngle 0"
            f"/Ascent {font.ascent * 1000 // em}/Descent {font.descent * 1000 // em}"
            f"/CapHeight {font.cap_height * 1000 // em}/StemV 90/FontFile2 {first + 3} 0 R>>".encode(),
            _stream(outlines, b"/Length1 %d" % len(outlines)),
            _packed(_to_unicode(letters)),
        ]


def document(
    contents: Sequence[bytes],
    regular: Cast,
    bold: Cast,
    size: PageSize,
    copies: int = 1,
    order: Sequence[tuple[int, int]] | None = None,
    sizes: Sequence[PageSize | None] | None = None,
) -> bytes:
    """Return a file of a page for each content and copy; fonts are named /R and /B there.

    Copies share their content, so that they cost next to nothing.

    Args:
        order: (content, copy) of each page; all copies of a content stand together when it is not given.
        sizes: of each content, where one is not `size`.
    """
    number, step = len(contents), copies + 1
    pages = [(content, copy) for content in range(number) for copy in range(copies)] if order is None else order
    kids = " ".join([f"{_PAGES_AT + step * content + copy} 0 R" for content, copy in pages])
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}{_media_box(size)}"
        f"/Resources<</Font<</R {_FONTS_AT[0]} 0 R/B {_FONTS_AT[1]} 0 R>>>>>>".encode(),
        *regular.objects(_FONTS_AT[0]),
        *bold.objects(_FONTS_AT[1]),
    ]
    for place, content in enumerate(contents, 1):
        own = sizes[place - 1] if sizes else None
        box = _media_box(own).encode() if own else b""
        objects += [b"<</Type/Page/Parent 2 0 R/Contents %d 0 R%b>>" % (_PAGES_AT + step * place - 1, box)] * copies
        objects.append(_packed(content))
    return _numbered(objects)


def _media_box(size: PageSize) -> str:
    return f"/MediaBox[0 0 {size.width_mm * MM_PT:.2f} {size.height_mm * MM_PT:.2f}]"


def _numbered(objects: Sequence[bytes]) -> bytes:
    parts = [b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"]
    parts += [b"%d 0 obj\n%b\nendobj\n" % item for item in enumerate(objects, 1)]
    offsets = list(accumulate(map(len, parts)))
    rows = b"".join([b"%010d 00000 n \n" % offset for offset in offsets[:-1]])
    total = len(objects) + 1
    parts.append(
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (total, rows, total, offsets[-1])
    )
    return b"".join(parts)


def _stream(body: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%b>>stream\n%b\nendstream" % (len(body), entries, body)


def _packed(body: bytes) -> bytes:
    """Compress: cheap for page contents and tables. Outlines would shrink by a third and cost a third more time."""
    return _stream(zlib.compress(body, 1), b"/Filter/FlateDecode")


def _tag(letters: Sequence[str]) -> str:
    """Six capitals that name a subset; two subsets of one font in one viewer must not be taken for each other."""
    number = zlib.crc32("".join(letters).encode("utf-16-be"))
    return "".join([chr(65 + number // 26**place % 26) for place in range(6)])


def _to_unicode(letters: Sequence[str]) -> bytes:
    """Return the table from glyph numbers to text; a range may not cross a multiple of 256."""
    rows = []
    for start in range(0, len(letters) + 1, 256):
        first, last = max(start, 1), min(start + 255, len(letters))
        if first <= last:
            codes = "".join(letters[first - 1 : last]).encode("utf-16-be").hex("_", 2).replace("_", "><")
            rows.append(f"<{first:04x}> <{last:04x}> [<{codes}>]\n")
    body = f"{len(rows)} beginbfrange\n{''.join(rows)}endbfrange\n" if rows else ""
    return f"{_CMAP_BEGIN}{body}{_CMAP_END}".encode()
