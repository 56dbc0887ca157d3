"""What tracking says in both languages, and which of them a call asks for."""

from ....wire.soap.envelopes import child, text_of
from ..operations import Operation
from .envelope import ENG, LANGUAGES, RUS, Message

AUTHORIZATION, LIMIT, FORMAT, LANGUAGE, AWAY = "authorization", "limit", "format", "language", "away"
WORDS = {  # what -> in Russian, in English
    AUTHORIZATION: ("Ошибка авторизации", "Authorization error"),
    LIMIT: (
        "Ошибка авторизации: Превышен лимит количества запросов",
        "Authorization error: the limit of requests is exceeded",
    ),
    FORMAT: (
        "Формат данных запроса не соответствует установленному протоколом",
        "The format of the request data is invalid",
    ),
    LANGUAGE: ("Недопустимый идентификатор языка", "The language is not supported"),
    AWAY: ("Информация временно недоступна", "The information is temporarily unavailable"),
}


def said(what: str, language: str) -> str:
    return WORDS[what][language == ENG]


def language(message: Message) -> str:
    """Return the language that a message asks for, Russian where it names none; empty for one that nobody speaks.

    It stands in an element `Language` of the request, or as the attribute of what is asked for.
    """
    for block in message.content:
        if child(block, "Language") is not None:
            found = text_of(block, "Language") or RUS
            return found if found in LANGUAGES else ""
        if block.get("Language") is not None:
            return block.get("Language") if block.get("Language") in LANGUAGES else ""
    return RUS


def type_name(operation: Operation, tongue: str) -> str:
    return _english(operation.type_word) if tongue == ENG and operation.known else operation.type_name


def attribute_name(operation: Operation, tongue: str) -> str:
    return _english(operation.word) if tongue == ENG and operation.word else operation.name


def _english(word: str) -> str:
    return word.replace("_", " ").capitalize()
