"""A parcel each for the adapters' tests: prepaid to Berlin, cash on delivery in Moscow."""

from datetime import UTC, datetime

import pytest

from parcelproof.reference.ports import Address, Line, Money, Parcel

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class SetClock:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def wuerzburg() -> Address:
    return Address(
        name="Versand",
        company="Shop GmbH",
        street="Domstraße",
        house_number="7",
        postal_code="97070",
        city="Würzburg",
        country="DE",
        phone="+4993112345",
    )


@pytest.fixture
def moscow() -> Address:
    return Address(
        name="Склад",
        company="ООО Лавка",
        street="ул. Тверская",
        house_number="1",
        postal_code="101000",
        city="Москва",
        country="RU",
        phone="+74951234567",
    )


@pytest.fixture
def prepaid(wuerzburg: Address) -> Parcel:
    return Parcel(
        key="P-100",
        sender=wuerzburg,
        recipient=Address(
            name="Jürgen Groß",
            street="Hauptstraße",
            house_number="12",
            postal_code="10115",
            city="Berlin",
            country="DE",
            email="j@example.org",
            phone="+4915112345678",
        ),
        mass_g=1200,
        sides_mm=(200, 300, 100),
        lines=(
            Line(
                sku="MUG-01",
                description="Becher",
                quantity=2,
                unit_price=Money(890, "EUR"),
                unit_mass_g=340,
                vat_rate=19,
            ),
        ),
    )


@pytest.fixture
def collect(moscow: Address) -> Parcel:
    """Two mugs and a lamp for 6 420.00 roubles with delivery, to be paid at the door."""
    return Parcel(
        key="P-001",
        sender=moscow,
        recipient=Address(
            name="Полина Веселова",
            street="пер. Привокзальный",
            house_number="68",
            postal_code="443099",
            city="Самара",
            country="RU",
            phone="+79120236225",
        ),
        mass_g=1955,
        sides_mm=(371, 300, 135),
        lines=(
            Line(
                sku="MUG-01",
                description="Кружка",
                quantity=2,
                unit_price=Money(89000, "RUB"),
                unit_mass_g=340,
                vat_rate=20,
            ),
            Line(
                sku="LMP-07",
                description="Лампа",
                quantity=1,
                unit_price=Money(429000, "RUB"),
                unit_mass_g=1250,
                vat_rate=None,
            ),
        ),
        collect=Money(642000, "RUB"),
        delivery_charge=Money(35000, "RUB"),
    )
