"""Latin letters for addresses and customs papers that leave the country.

Source: `postal_api_russia` §2.18 (Latin letters only); ICAO Doc 9303 part 3 for the Cyrillic letters, as
passports have it.
"""

_LOWER = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "ie", "ы": "y", "ь": "", "э": "e", "ю": "iu",
    "я": "ia", "і": "i", "ї": "i", "є": "ie", "ґ": "g", "ў": "u",
}  # fmt: skip
_MARKS = {"№": "No.", "«": '"', "»": '"', "„": '"', "“": '"', "”": '"', "–": "-", "—": "-"}
_TABLE = str.maketrans({**_LOWER, **{small.upper(): latin.capitalize() for small, latin in _LOWER.items()}, **_MARKS})


def latin(text: str) -> str:
    """Return text with its Cyrillic letters written in Latin ones; letters that are Latin already stay as they are."""
    return text.translate(_TABLE)


def is_latin(text: str) -> bool:
    """Tell whether every letter is a Latin one, with or without marks."""
    return all(not sign.isalpha() or sign < "\u0250" or "\u1e00" <= sign < "\u1f00" for sign in text)
