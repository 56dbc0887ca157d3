"""Catalogues: whole in every language, nothing left over, placeholders kept, plurals as each language has them."""

from collections.abc import Hashable
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from babel import Locale
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import PoFileError, read_po

from parcelproof.reference import letters
from parcelproof.reference.domain.statuses import Status
from parcelproof.reference.domain.visibility import StateRule, States
from parcelproof.reference.letters import LANGUAGES, languages, state_name
from parcelproof.reference.letters.states import WORDS
from parcelproof.reference.settings import Language

HERE = Path(letters.__file__).parent
KEYWORDS = {"_": None, "N_": None, "several": (1, 2)}
READ = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]


@cache
def asked_for() -> frozenset[Hashable]:
    """Return every text that the mails and the public pages look up."""
    folders = (HERE, HERE.parent / "http")
    rows = [row for folder in folders for row in extract_from_dir(str(folder), READ, keywords=KEYWORDS)]
    return frozenset(message for _, _, message, _, _ in rows)


@pytest.fixture(params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    with (HERE / "catalogues" / f"{request.param}.po").open("rb") as file:
        return read_po(file, locale=request.param, abort_invalid=True)


def test_there_is_a_catalogue_for_each_language_that_may_be_set_and_no_other() -> None:
    assert sorted(path.name for path in (HERE / "catalogues").iterdir()) == sorted(f"{name}.po" for name in LANGUAGES)
    assert set(LANGUAGES) == set(get_args(Language))


def test_everything_is_translated_and_nothing_is_left_over(catalogue: Catalog) -> None:
    texts = [message for message in catalogue if message.id]
    assert {message.id for message in texts} == asked_for()
    assert [message.id for message in texts if message.fuzzy] == []
    assert list(catalogue.obsolete) == []
    for message in texts:
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        assert all((form or "").strip() for form in forms), message.id
        assert len(forms) == (catalogue.num_plurals if message.pluralizable else 1), message.id


def test_placeholders_are_those_of_the_text(catalogue: Catalog) -> None:
    assert [(message.id, [str(fault) for fault in faults]) for message, faults in catalogue.check()] == []
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        if message.id:
            wanted = set(names_in(ids[0]))
            assert all(set(names_in(form or "")) == wanted for form in forms), message.id


def names_in(text: str) -> list[str]:
    return [part.split(")")[0] for part in text.split("%(")[1:]]


def test_other_languages_do_not_say_it_in_english(catalogue: Catalog) -> None:
    """A text that is the same in both has to be looked at: these two were."""
    same = {"%(label)s: %(value)s", "Status"}
    if str(catalogue.locale) != "en":
        assert {message.id for message in catalogue if message.id and message.string == message.id} <= same


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_are_those_of_the_unicode_consortium(language: str) -> None:
    """Compared by which numbers share a form: CLDR's rules are written in another way than gettext's."""
    rule = Locale(language).plural_form
    catalogue = languages.words(language)
    one, many = "%(count)d pick-up confirmed", "%(count)d pick-ups confirmed"
    for count in (*range(1, 131), 1001, 1002, 1005, 1011, 1021, 999_999):
        for other in (1, 2, 5):
            alike = catalogue.ngettext(one, many, count) == catalogue.ngettext(one, many, other)
            assert alike == (rule(count) == rule(other)), (count, other)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "Подтверждён 1 забор груза"),
        (2, "Подтверждено 2 забора груза"),
        (5, "Подтверждено 5 заборов груза"),
        (11, "Подтверждено 11 заборов груза"),
        (21, "Подтверждён 21 забор груза"),
        (22, "Подтверждено 22 забора груза"),
        (112, "Подтверждено 112 заборов груза"),
    ],
)
def test_russian_counts_as_russians_do(count: int, words: str) -> None:
    found = languages.words("ru").ngettext("%(count)d pick-up confirmed", "%(count)d pick-ups confirmed", count)
    assert found % {"count": count} == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_state_has_a_name_of_its_own(language: str) -> None:
    assert set(WORDS) == set(Status)
    assert len({state_name(state, States(), language) for state in Status}) == len(Status)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_companys_own_word_goes_before_ours(language: str) -> None:
    states = States({Status.HELD: StateRule(name="At the depot")})
    assert state_name(Status.HELD, states, language) == "At the depot"
    assert state_name(Status.DELIVERED, states, language) == state_name(Status.DELIVERED, States(), language)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("de", "de"), ("de-CH", "de"), ("fr_CH", "fr"), ("RU", "ru"), ("pt", "en"), ("", "en"), ("../de", "en")],
)
def test_a_reader_gets_the_nearest_language(tag: str, language: str) -> None:
    assert languages.nearest(tag) == language


def test_a_broken_catalogue_stops_the_start(tmp_path: Path) -> None:
    broken = tmp_path / "de.po"
    broken.write_text("a file of another kind\n", encoding="utf-8")
    with pytest.raises(PoFileError):
        languages.read(broken)
