"""What a journal masks, in a recording: the scenario's own secret and session stand in its place."""

import re
from collections.abc import Mapping
from typing import Any

from .journal import MASK

SECRET, SESSION = "${secret}", "${session}"
PUBLISHED = {"apitest": "apitest"}  # logins whose password everybody knows
_SESSION = re.compile(r'(\bsessionid"?\s*[:=]\s*"?)' + re.escape(MASK), re.IGNORECASE)


def filled(text: str) -> str:
    """Return a text as it was written, with names in place of masks."""
    return _SESSION.sub(rf"\g<1>{SESSION}", text).replace(MASK, SECRET)


def filled_query(name: str, value: str) -> str:
    """Return a field of a query or of a form."""
    return value.replace(MASK, SESSION if name.lower() == "sessionid" else SECRET)


def filled_in(value: Any) -> Any:
    """Return JSON data with names in place of masks."""
    if isinstance(value, list):
        return [filled_in(item) for item in value]
    if not isinstance(value, Mapping):
        return filled(value) if isinstance(value, str) else value
    known = PUBLISHED.get(str(value.get("Login")))
    return {
        name: known
        if known and item == MASK
        else filled_query(name, item)
        if isinstance(item, str)
        else filled_in(item)
        for name, item in value.items()
    }
