"""ZPL labels, drawn by zplkit, which is an optional extra (its licence is OSL-3.0) and knows only ASCII letters."""

import codecs
from typing import Any

from .found import MOST_PAGES, Found, Unreadable, check_pixels, check_request, decode

_MISSING = 'ZPL can be rendered only with zplkit: install it with `pip install "parcelproof[zpl]"`.'


def scan_zpl(label: bytes, dpi: int = 203) -> list[Found]:
    """Return the barcodes of every label in the ZPL. Letters beyond ASCII are drawn as question marks.

    Raises:
        Unreadable: zplkit is missing, the ZPL has no label, is broken or too large.
    """
    check_request(label, dpi)
    text = label.removeprefix(codecs.BOM_UTF8).lstrip().decode("utf-8", "replace")
    scenes = _drawn(text.encode("ascii", "replace"), dpi)
    if not scenes:
        raise Unreadable("The ZPL holds no label: nothing stands between ^XA and ^XZ.")
    found = []
    for number, scene in enumerate(scenes, 1):
        check_pixels(scene.width, scene.height, number)
        raster = scene.rasterize()
        found += decode(raster.pixels, raster.width, raster.height, raster.width, number)
    return found


def _drawn(ascii_label: bytes, dpi: int) -> list[Any]:
    try:
        import zplkit
        from zplkit.rendering import Limits, RenderError
    except ImportError as error:
        raise Unreadable(_MISSING) from error
    options, limits = zplkit.Options(dpi=dpi), Limits(labels=MOST_PAGES)
    try:
        scenes: list[Any] = zplkit.render(ascii_label, options, limits=limits).labels
    except (RenderError, ValueError) as error:
        raise Unreadable(f"The ZPL cannot be rendered: {error}.") from error
    except BaseException as error:  # a panic of the renderer (written in Rust) is no Exception, and no reason to stop
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable("The ZPL cannot be rendered: the renderer broke down over it.") from error
    return scenes
