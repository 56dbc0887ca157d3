"""What the demo leaves in `out/`: labels, mails, registries, journal and the report."""

import shutil
from pathlib import Path

import msgspec

from parcelproof.conformance.bench import Bench
from parcelproof.conformance.history import History

from ..failures import CannotRun
from .claims import Claims
from .registries import CARRIER

FOLDERS = ("labels", "mails", "registry", "journal")
FORMATS = {"xlsx": "xlsx", "csv": "csv", "csv-cp1251": "cp1251.csv", "json": "json"}  # as the control API names them


def clear(out: Path) -> None:
    """Make the folders, without what an earlier demo left in them.

    Raises:
        CannotRun: the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in FOLDERS:
            shutil.rmtree(out / name, ignore_errors=True)
            (out / name).mkdir()
        for database in out.glob("engine.db*"):
            database.unlink()
    except OSError as error:
        raise CannotRun(f"{out} cannot be written ({error.strerror}); name another folder with --out.") from error


def keep_labels(out: Path, history: History) -> int:
    """Write every label and return how many there are."""
    for label in history.labels:
        if label.reads:
            suffix = "zpl" if label.reads[0].lstrip().startswith(b"^XA") else "pdf"
            (out / "labels" / f"{label.order}.{suffix}").write_bytes(label.reads[0])
    return len(history.labels)


def keep_mails(out: Path, history: History) -> None:
    for place, mail in enumerate(history.mails, start=1):
        (out / "mails" / f"{place:04}-{mail.recipients[0]}.eml").write_bytes(mail.content)


def keep_registries(out: Path, bench: Bench) -> None:
    for row in bench.control.payouts(bench.tenant, CARRIER):
        for form, suffix in FORMATS.items():
            content = bench.control.payout_file(bench.tenant, CARRIER, str(row["number"]), form)
            (out / "registry" / f"{row['number']}.{suffix}").write_bytes(content)


def keep_journal(out: Path, bench: Bench) -> None:
    """Write everything that went over the carriers' wires, and its hash: two runs of one seed have the same."""
    (out / "journal" / "carriers.ndjson").write_bytes(bench.control.journal_ndjson(bench.tenant))
    digest = bench.control.journal_hash(bench.tenant)
    (out / "journal" / "carriers.sha256").write_text(f"{digest['sha256']}  {digest['entries']} exchanges\n", "utf-8")


def keep_offers(out: Path, history: History) -> None:
    (out / "offers.json").write_bytes(msgspec.json.format(msgspec.json.encode(history.quotes), indent=1) + b"\n")


def claims_html(claims: Claims) -> str:
    """Return the demo's own claims as a table for the report's appendix."""
    from markupsafe import Markup

    row = Markup("<tr><td>{}</td><td>{}</td><td>{}</td></tr>")
    rows = Markup("").join(
        row.format("holds" if claim.holds else "WRONG", claim.text, claim.wrong) for claim in claims.made
    )
    head = Markup("<tr><th></th><th>claim</th><th>what is wrong</th></tr>")
    return f"<h2>What the demo itself holds</h2>\n<table>{head}{rows}</table>"
