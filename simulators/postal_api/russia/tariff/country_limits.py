"""Make `countries.csv` from `country_names.csv` and a fixed seed.

Run `python -m parcelproof.simulators.postal_api.russia.tariff.country_limits` after a change of either. Numbers and
names are ISO 3166 and the Unicode CLDR's, with the non-ISO extras that are known (895, 896, 903, 914) and three
withdrawn numbers to reach the 256 that were counted; zones and limits are ours but Germany's, which are recorded.
With `--check` nothing is written and the exit code is 1 when the file is not what comes out.
"""

import csv
import sys
from hashlib import blake2b
from pathlib import Path

SEED = "parcelproof countries 1"
HERE = Path(__file__).parent
FILE = HERE / "countries.csv"
COLUMNS = ("id", "name", "zone", "parcel_g", "side_cm", "line_cm", "packet_g", "ems_g", "value_sdr", "cod", "blocked")
GERMANY = ("20000", "105", "200", "2000", "30000", "400", "0", "")
UNREACHED = ("010", "074", "239", "260", "334", "581")  # nobody lives there


def main(arguments: list[str]) -> int:
    text = table()
    if "--check" in arguments:
        return int(FILE.read_text(encoding="utf-8") != text)
    FILE.write_text(text, encoding="utf-8", newline="\n")
    return 0


def table() -> str:
    with (HERE / "country_names.csv").open(encoding="utf-8", newline="") as names:
        rows = [_row(row["id"], row["name"], int(row["zone"])) for row in csv.DictReader(names, delimiter=";")]
    return "\n".join([";".join(COLUMNS), *rows]) + "\n"


def _row(number: str, name: str, zone: int) -> str:
    return ";".join((number, name, str(zone), *(GERMANY if number == "276" else _limits(number, zone))))


def _limits(number: str, zone: int) -> tuple[str, ...]:
    """Return limits: near countries take cash on delivery, a few take no parcels, EMS or packets at all."""
    state = int.from_bytes(blake2b(f"{SEED}/{number}".encode(), digest_size=32).digest())
    drawn = []
    for sides in (10, 4, 3, 8, 20, 20):
        state, found = divmod(state, sides)
        drawn.append(found)
    parcel_g = "20000" if zone == 1 or drawn[0] > 1 else "10000" if drawn[0] else "30000"
    side_cm, line_cm = (("105", "200"), ("150", "300"), ("105", "200"), ("105", "200"))[drawn[1]]
    ems_g, value_sdr = ("20000", "30000", "31500")[drawn[2]], ("400", "400", "1000", "0")[drawn[3] % 4]
    blocked = "ems" * (drawn[4] == 0) + ("," if drawn[4] == 0 and drawn[5] == 0 else "") + "packet" * (drawn[5] == 0)
    if number in UNREACHED:
        blocked = "mail,banderole,parcel,packet,ems,sack,secogram"
    return parcel_g, side_cm, line_cm, "2000", ems_g, value_sdr, str(int(zone == 1 and drawn[4] > 6)), blocked


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
