"""Labels as carriers print them: one European, one Russian with cash on delivery and everything else switched on."""

import pytest

from parcelproof.simulators.wire.labels import RUSSIAN, Label

EUROPEAN = Label(
    mark="MAIL ALLIANCE",
    service="Parcel Tracked",
    sender=("Mail Alliance Versandlabor GmbH", "Schürerstraße 3", "97080 Würzburg", "GERMANY"),
    recipient=(
        "Friedrich Wilhelm Müller-Lüdenscheidt",
        "c/o Gärtnerei Grün & Söhne KG",
        "Königsallee 104 a",
        "40215 Düsseldorf",
        "GERMANY",
    ),
    postal_code="40215",
    mass_g=1250,
    reference="P-2026-00042",
    number="MAL00000000123",
    extra=("Signature required",),
)
CASH = Label(
    mark="CDEK",
    service="Посылка склад-дверь",
    sender=("ООО «Ромашка»", "ул. Ленина, д. 5, оф. 12", "101000 Москва", "Россия"),
    recipient=(
        "Константинопольский Александр Иванович",
        "ул. Большая Грузинская, д. 10, кв. 15",
        "630099 Новосибирск",
        "Новосибирская обл., Россия",
        "+7 913 000-00-00",
    ),
    postal_code="630099",
    mass_g=490,
    reference="P-2026-00043",
    number="1107001234",
    cod="4 990,00 ₽",
    specimen=True,
    captions=RUSSIAN,
    extra=("Место 1 из 1",),
)


@pytest.fixture(scope="session")
def european() -> Label:
    return EUROPEAN


@pytest.fixture(scope="session")
def cash() -> Label:
    return CASH


@pytest.fixture(scope="session", params=[EUROPEAN, CASH], ids=["european", "cash"])
def label(request: pytest.FixtureRequest) -> Label:
    found: Label = request.param
    return found
