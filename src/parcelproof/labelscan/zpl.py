"""ZPL labels, drawn by zplkit, which is an optional extra (its licence is OSL-3.0) and knows only ASCII letters."""

import codecs
import re
from typing import Any

from .found import MOST_PAGES, Found, NoReader, Unreadable, check_pixels, check_request, decode

_SIDE = {name: re.compile(rb"\^" + name.encode() + rb"(\d{1,5})") for name in ("PW", "LL")}
_MISSING = 'ZPL can be rendered only with zplkit: install it with `pip install "parcelproof[zpl]"`.'


def scan_zpl(label: bytes, dpi: int = 203, most_pages: int = MOST_PAGES) -> list[Found]:
    """Return the barcodes of every label in the ZPL. Letters beyond ASCII are drawn as question marks.

    Raises:
        NoReader: zplkit is missing.
        Unreadable: the ZPL has no label, is broken or too large.
    """
    check_request(label, dpi)
    text = label.removeprefix(codecs.BOM_UTF8).lstrip().decode("utf-8", "replace")
    scenes = _drawn(text.encode("ascii", "replace"), dpi, most_pages)
    if not scenes:
        raise Unreadable("The ZPL holds no label: nothing stands between ^XA and ^XZ.")
    found = []
    for number, scene in enumerate(scenes, 1):
        check_pixels(scene.width, scene.height, number)
        raster = scene.rasterize()
        found += decode(raster.pixels, raster.width, raster.height, raster.width, number)
    return found


def _drawn(ascii_label: bytes, dpi: int, most_pages: int) -> list[Any]:
    try:
        import zplkit
        from zplkit.rendering import Limits, RenderError
    except ImportError as error:
        raise NoReader(_MISSING) from error
    options, limits = zplkit.Options(dpi=dpi), Limits(labels=most_pages)
    try:
        scenes: list[Any] = zplkit.render(ascii_label, options, limits=limits).labels
    except (RenderError, ValueError) as error:
        raise Unreadable(f"The ZPL cannot be rendered: {error}.") from error
    except BaseException as error:  # a panic of the renderer (written in Rust) is no Exception, and no reason to stop
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable("The ZPL cannot be rendered: the renderer broke down over it.") from error
    return scenes


def zpl_sizes_mm(label: bytes, dpi: int = 203) -> list[tuple[float, float]]:
    """Return the print width (^PW) and label length (^LL) of every label in millimetres; none where one is not set."""
    sizes = []
    for part in label.upper().split(b"^XA")[1:]:
        found = [_SIDE[name].search(part) for name in ("PW", "LL")]
        if found[0] and found[1]:
            sizes.append((int(found[0][1]) / dpi * 25.4, int(found[1][1]) / dpi * 25.4))
    return sizes
