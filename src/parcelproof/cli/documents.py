"""`parcelproof documents`: look at signed documents as their recipient does."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from parcelproof.signatures import Signature

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(epilog="Example: parcelproof documents verify out/F103.pdf --authority out/authority.pem")
def documents() -> None:
    """Check the signatures on documents."""


@documents.command(
    short_help="Check the signatures of a file.",
    epilog="Example: parcelproof documents verify out/F103.txt --signature out/F103.txt.sender.sig",
)
@click.argument("file", type=_FILE)
@click.option(
    "--signature",
    "signatures",
    multiple=True,
    type=_FILE,
    help="A detached signature beside FILE (.sig, CMS); may be given several times. A PDF holds its own.",
)
@click.option(
    "--authority",
    type=_FILE,
    help="The certificate (PEM) that signers must come from; without it, the one that a signature brings along.",
)
@click.pass_context
def verify(ctx: click.Context, file: Path, signatures: tuple[Path, ...], authority: Path | None) -> None:
    """Check the signatures inside FILE, or those beside it; exit 1 when one does not hold, or there is none."""
    from parcelproof.signatures import Broken, verify_detached, verify_pdf
    from parcelproof.signatures.chain import authorities

    try:
        trusted = authorities(authority.read_bytes()) if authority else ()
    except Broken as error:
        raise click.UsageError(f"{authority}: {error}; give a certificate in PEM") from error
    content, good = file.read_bytes(), True
    for path in signatures or (None,):
        try:
            checked = [verify_detached(content, path.read_bytes(), trusted)] if path else verify_pdf(content, trusted)
        except Broken as error:
            click.echo(f"{path or file}: {error}", err=True)
            good = False
            continue
        for found in checked:
            good = good and found.good
            click.echo(f"{path or file}\t{_told(found)}", err=not found.good)
    ctx.exit(0 if good else 1)


def _told(found: "Signature") -> str:
    """Return a signature in one line: what became of it, whose it is, when it was made, who vouches for the signer."""
    verdict = "good" if found.good else f"bad: {found.complaint}"
    at = found.signed_at.isoformat() if found.signed_at else "at no time told"
    trust = found.authority if found.trusted else f"{found.authority} (brought along, not checked: see --authority)"
    who = ", ".join(dict.fromkeys((found.signer, found.organization)))  # a company's seal names the company twice
    return "\t".join((verdict, who, at, trust))
