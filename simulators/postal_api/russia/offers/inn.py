"""The taxpayer's number (INN): 10 digits of an organisation, 12 of a person, with check digits.

Source: the tax service's published rule of check digits; a region code 00 does not exist, so the register has none.
"""

TEN = (2, 4, 10, 3, 5, 9, 4, 6, 8)
ELEVENTH = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
TWELFTH = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def is_inn(text: str) -> bool:
    """Tell whether a text is an INN with its right check digits."""
    if not (text.isascii() and text.isdigit()):
        return False
    if len(text) == 10:
        return _check(text, TEN)
    return len(text) == 12 and _check(text, ELEVENTH) and _check(text, TWELFTH)


def is_registered(inn: str) -> bool:
    return not inn.startswith("00")


def _check(digits: str, weights: tuple[int, ...]) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False))
    return total % 11 % 10 == int(digits[len(weights)])
