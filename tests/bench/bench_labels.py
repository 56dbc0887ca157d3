"""Labels alone, in CPU time of this process: how many a second, how many bytes, and against reportlab's own widgets."""

import statistics
import time
from typing import Any

import pytest
from msgspec.structs import replace
from tests.bench import by_reportlab
from tests.bench.rounds import Ways, calls_per_cpu_s, median_ratio

from parcelproof.labelscan import scan_pdf
from parcelproof.simulators.wire.labels import RUSSIAN, Label, pdf, pdf_many, zpl

GERMAN = Label(
    mark="MAIL ALLIANCE",
    service="Parcel Tracked",
    sender=("Nordlicht Versand GmbH", "Hafenstraße 12", "97080 Würzburg", "GERMANY"),
    recipient=("Jürgen Müller-Lüdenscheidt", "c/o Gärtnerei Grün", "Königsallee 104 a", "40215 Düsseldorf", "GERMANY"),
    postal_code="40215",
    mass_g=1250,
    reference="P-2026-00042",
    number="MAL00000000123",
)
CYRILLIC = Label(
    mark="CDEK",
    service="Посылка склад-дверь",
    sender=("ООО «Ромашка»", "ул. Ленина, д. 5, оф. 12", "101000 Москва", "Россия"),
    recipient=(
        "Константин Иванов",
        "ул. Большая Грузинская, д. 10",
        "630099 Новосибирск",
        "Россия",
        "+7 913 000-00-00",
    ),
    postal_code="630099",
    mass_g=490,
    reference="P-2026-00043",
    number="1107001234",
    cod="4 990,00 ₽",
    captions=RUSSIAN,
)


def parcels(number: int) -> list[Label]:
    """Two shops in turns; every recipient, number and order is another."""
    return [
        replace(
            CYRILLIC if n % 2 else GERMAN,
            recipient=(f"{'Иванов' if n % 2 else 'Müller'} {n}", *(CYRILLIC if n % 2 else GERMAN).recipient[1:]),
            number=f"{1107000000 + n}" if n % 2 else f"MAL{n:012d}",
            reference=f"P-2026-{n:05d}",
        )
        for n in range(number)
    ]


class Turn:
    """Renders the next label of many, so that nothing can be remembered from the time before."""

    def __init__(self, render: Any, labels: list[Label]) -> None:
        self._render, self._labels, self._at = render, labels, 0

    def __call__(self) -> object:
        self._at = (self._at + 1) % len(self._labels)
        return self._render(self._labels[self._at])


def with_matrix(label: Label) -> Label:
    """Number, destination, mass, order and product, as carriers put them into the second code."""
    text = f"{label.number} {label.postal_code} {label.mass_g}g {label.reference} EU-TRACKED-SIG"
    return replace(label, matrix=text)


def test_labels_a_second_of_cpu(report: Any) -> None:
    labels = parcels(5_000)
    both = [with_matrix(label) for label in labels]
    by_reportlab.register_fonts()
    assert [code.text for code in scan_pdf(by_reportlab.draw(both[0]), 300)] == [both[0].number, both[0].matrix]
    ways: Ways = {
        "pdf": Turn(pdf, labels),
        "pdf with matrix": Turn(pdf, both),
        "reportlab": Turn(by_reportlab.draw, both),
        "zpl": Turn(zpl, labels),
        "batch": lambda: pdf_many(labels[:100]),
    }
    found = calls_per_cpu_s(ways, rounds=3 if report.smoke else 9, slice_s=0.1 if report.smoke else 0.4)
    report("PDF label, per second of CPU", statistics.median(found["pdf"]), least=2_000)
    report("PDF labels in one file, per second of CPU", 100 * statistics.median(found["batch"]), least=2_000)
    report("ZPL label, per second of CPU", statistics.median(found["zpl"]), least=20_000)
    ratio = median_ratio(found["pdf with matrix"], found["reportlab"])
    report("ZPL label against PDF label", median_ratio(found["zpl"], found["pdf"]))
    report("PDF label with two codes against reportlab's widgets", ratio, least=50)
    report.check()


def test_bytes_a_label(report: Any) -> None:
    labels = parcels(100)
    both = [with_matrix(label) for label in labels]
    report("PDF label, most bytes", max(len(pdf(label)) for label in labels + both), most=15_000)
    report("PDF labels in one file, bytes each", len(pdf_many(labels)) / 100, most=1_500)
    report("ZPL label, most bytes", max(len(zpl(label, dpi)) for label in labels for dpi in (203, 300)), most=1_500)
    report.check()


@pytest.mark.parametrize("render", [pdf, zpl])
def test_one_label(benchmark: Any, render: Any) -> None:
    """For pytest-benchmark's own table: one label, CPU time."""
    benchmark._timer = time.process_time
    benchmark.pedantic(Turn(render, parcels(5_000)), rounds=200, iterations=20, warmup_rounds=5)
