"""Scripts, styles and pictures of the console: files of this package, kept by browsers as long as they are the same."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from ...wire.call import Answer, Call
from .visit import ROOT

HERE = Path(__file__).parent
FOREVER = "public, max-age=31536000, immutable"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FILES = {
    "console.css": HERE / "assets" / "console.css",
    "console.js": HERE / "assets" / "console.js",
    "zpl.js": HERE / "assets" / "zpl.js",
    "icon.svg": HERE / "assets" / "icon.svg",
    "htmx.min.js": HERE / "vendored" / "htmx" / "htmx.min.js",
    "sse.js": HERE / "vendored" / "htmx-ext-sse" / "sse.js",
    "zpl-renderer.js": HERE / "vendored" / "zpl-renderer-js" / "index.esm.js.gz",  # three times smaller
}


@cache
def version(name: str) -> str:
    return sha256(FILES[name].read_bytes()).hexdigest()[:12]


def address(name: str) -> str:
    """Return the address of a file, which changes when the file does."""
    return f"{ROOT}/assets/{version(name)}/{name}"


def serve(call: Call) -> Answer | None:
    """Return a file, or None when there is none of that name and version."""
    name = call.params["name"]
    path = FILES.get(name)
    if path is None or call.params["version"] != version(name):
        return None
    packed = path.suffix == ".gz"
    headers = {
        "Content-Type": TYPES[path.with_suffix("").suffix if packed else path.suffix],
        "Cache-Control": FOREVER,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Answer(200, path.read_bytes(), headers)
