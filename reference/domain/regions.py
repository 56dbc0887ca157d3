"""Where a parcel goes to, coarsely enough to count: the region of a Russian postcode, else the country.

Source: the first three digits of the postcodes of Russian regions (read 2026-11).
"""

_RANGES = (
    "101-135 Moscow;140-144 Moscow region;150-152 Yaroslavl;153-155 Ivanovo;156-157 Kostroma;160-162 Vologda;"
    "163-165 Arkhangelsk;166-166 Nenets;167-169 Komi;170-172 Tver;173-175 Novgorod;180-182 Pskov;183-184 Murmansk;"
    "185-186 Karelia;187-188 Leningrad region;190-199 Saint Petersburg;214-216 Smolensk;236-238 Kaliningrad;"
    "241-243 Bryansk;248-249 Kaluga;300-301 Tula;302-303 Oryol;305-307 Kursk;308-309 Belgorod;344-347 Rostov;"
    "350-354 Krasnodar;355-357 Stavropol;358-359 Kalmykia;360-361 Kabardino-Balkaria;362-363 North Ossetia;"
    "364-366 Chechnya;367-368 Dagestan;369-369 Karachay-Cherkessia;385-385 Adygea;386-386 Ingushetia;390-391 Ryazan;"
    "392-393 Tambov;394-397 Voronezh;398-399 Lipetsk;400-404 Volgograd;410-413 Saratov;414-416 Astrakhan;"
    "420-423 Tatarstan;424-425 Mari El;426-427 Udmurtia;428-429 Chuvashia;430-431 Mordovia;432-433 Ulyanovsk;"
    "440-442 Penza;443-446 Samara;450-453 Bashkortostan;454-457 Chelyabinsk;460-462 Orenburg;600-602 Vladimir;"
    "603-607 Nizhny Novgorod;610-613 Kirov;614-619 Perm;620-624 Sverdlovsk;625-627 Tyumen;628-628 Khanty-Mansi;"
    "629-629 Yamal-Nenets;630-633 Novosibirsk;634-636 Tomsk;640-641 Kurgan;644-646 Omsk;647-648 Krasnoyarsk;"
    "649-649 Altai Republic;650-654 Kemerovo;655-655 Khakassia;656-659 Altai;660-663 Krasnoyarsk;664-666 Irkutsk;"
    "667-668 Tuva;669-669 Irkutsk;670-671 Buryatia;672-674 Zabaykalsky;675-676 Amur;677-678 Yakutia;"
    "679-679 Jewish region;680-682 Khabarovsk;683-684 Kamchatka;685-686 Magadan;687-687 Zabaykalsky;688-688 Kamchatka;"
    "689-689 Chukotka;690-692 Primorye;693-694 Sakhalin"
)


def _table() -> dict[int, str]:
    found: dict[int, str] = {}
    for entry in _RANGES.split(";"):
        digits, _, name = entry.partition(" ")
        first, _, last = digits.partition("-")
        found |= dict.fromkeys(range(int(first), int(last) + 1), name)
    return found


REGIONS = _table()


def region_of(country: str, postal_code: str) -> str:
    """Return a region as `RU Samara`, a country alone as `DE`; `RU` for a postcode that is in no table."""
    prefix = postal_code.strip()[:3]
    if country != "RU" or not (prefix.isascii() and prefix.isdigit()):
        return country
    name = REGIONS.get(int(prefix))
    return f"RU {name}" if name else country
