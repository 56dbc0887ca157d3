"""Payout reports by content: normal-form JSON, CDEK's API JSON, CDEK registry files (CSV, XLSX)."""

from ..ports import Registry


class ReportRefused(Exception):
    """The whole report is refused before anything is written.

    `code` is a settlement exception code (FORMAT_UNKNOWN, CONTROL_SUM, CURRENCY_MIXED); `sentence` is for people.
    """

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(f"{code}: {sentence}")


def read_report(name: str, raw: bytes) -> Registry:
    """Return a report in the normal form of `settlement` §3. `name` is only used in sentences, never to decide.

    A line of a CDEK file or API body does not say how its order ended: such a line has `"outcome": None` and
    `"items": []`; `CdekAdapter.complete(registry)` fills them by reading the carrier's orders, or the engine does.
    A line that could not be read exactly has `"problem": {"code", "sentence"}` (AMOUNT_PRECISION, IDENT_MANGLED) and
    null where an amount was unreadable; the control sums of a file were already checked here over the exact decimals.

    Raises:
        ReportRefused: the layout is unknown or a total is wrong.
    """
    raise NotImplementedError
