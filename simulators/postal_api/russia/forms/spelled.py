"""Amounts as forms tell them: in figures with roubles and kopecks, and in words."""

_ONES = (
    ("", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать",
     "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать",
     "девятнадцать")
)  # fmt: skip
_TENS = ("", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто")
_HUNDREDS = (
    "", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот",
)  # fmt: skip
_FEMININE = {1: "одна", 2: "две"}
_SCALES = (  # forms for one, two to four, more; whether feminine
    (("рубль", "рубля", "рублей"), False),
    (("тысяча", "тысячи", "тысяч"), True),
    (("миллион", "миллиона", "миллионов"), False),
    (("миллиард", "миллиарда", "миллиардов"), False),
)
MOST_MINOR = 10**14


def figures(minor: int) -> str:
    """Return `1 234 руб. 50 коп.`"""
    return f"{minor // 100:,}".replace(",", " ") + f" руб. {minor % 100:02d} коп."


def decimal(minor: int) -> str:
    """Return `1234.50`, as tables tell amounts."""
    return f"{minor // 100}.{minor % 100:02d}"


def kilograms(mass_g: int) -> str:
    return f"{mass_g // 1000}.{mass_g % 1000:03d}"


def words(minor: int) -> str:
    """Return `Одна тысяча двести рублей 50 копеек`; what is beyond a million of millions stays in figures."""
    roubles, kopecks = divmod(minor, 100)
    if not 0 <= minor < MOST_MINOR:
        return figures(minor)
    said = _said(roubles)
    ending = _form(kopecks, ("копейка", "копейки", "копеек"))
    return f"{said[:1].upper()}{said[1:]} {kopecks:02d} {ending}"


def _said(roubles: int) -> str:
    if roubles == 0:
        return "ноль рублей"
    parts: list[str] = []
    for place, (forms, feminine) in enumerate(_SCALES):
        number = roubles // 1000**place % 1000
        if number or place == 0:
            parts = [*_hundreds(number, feminine=feminine), _form(number, forms), *parts]
    return " ".join(part for part in parts if part)


def _hundreds(number: int, *, feminine: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10) if rest >= 20 else (0, rest)
    one = _FEMININE.get(ones, _ONES[ones]) if feminine else _ONES[ones]
    return [_HUNDREDS[hundreds], _TENS[tens], one]


def _form(number: int, forms: tuple[str, str, str]) -> str:
    if number % 10 == 1 and number % 100 != 11:
        return forms[0]
    return forms[1] if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14 else forms[2]
