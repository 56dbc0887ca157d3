"""The languages mails are written in, and their catalogues, which are read when the engine starts."""

from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "catalogues"
LANGUAGES = ("de", "fr", "it", "en", "es", "ru")
ENGLISH = "en"


def read(path: Path) -> GNUTranslations:
    """Return a catalogue, compiled in memory. What is missing in it stands in English."""
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=path.stem, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)


CATALOGUES = {language: read(FOLDER / f"{language}.po") for language in LANGUAGES}


def nearest(tag: str) -> str:
    """Return the language a mail is written in for somebody who speaks `tag`, like de-CH; English for all others."""
    language = tag.replace("_", "-").partition("-")[0].lower()
    return language if language in CATALOGUES else ENGLISH


def words(tag: str) -> GNUTranslations:
    return CATALOGUES[nearest(tag)]


def N_(text: str) -> str:
    """Mark text of a table for the catalogues; it is looked up where it is used."""
    return text
