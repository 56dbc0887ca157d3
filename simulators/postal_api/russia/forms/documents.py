"""Signed documents of a batch: the electronic list at check-in and acceptance, the act and the invoice afterwards.

Wire contract: `postal_api_russia` §2.7, §6.2: signing happens in the cabinet, no call of it is public; so names, paths
and the moments of signing are ours. The sender signs the list when it is checked in, the post when it has closed it;
both sign the closing documents then. A PDF holds its signatures (PAdES), the electronic list has them beside it (CMS).
"""

from collections.abc import Callable
from typing import NamedTuple

from ....core.world import World
from ....wire.labels import A4, pdf_papers
from ....wire.labels.sheets import Sheet
from ....wire.signing import Authority, Identity, authority, detached, signed_pdf
from ..acceptance import SWITCHES, Acceptance, acceptance_of
from ..filing import Filed, filed
from ..records import Account
from . import closing_papers, part_post
from .list103 import list103

PDF, TEXT, SIGNATURE = "application/pdf", "text/plain; charset=cp866", "application/pkcs7-signature"
SENDER, POST = "sender", "post"
POST_NAME = "АО «Почта России»"


class Document(NamedTuple):
    """A document as it can be fetched; `signed` is by whom and when."""

    name: str
    content_type: str
    signed: tuple[tuple[str, int], ...]
    body: Callable[[], bytes]


def authority_of(world: World) -> Authority:
    """Return the throw-away authority of a tenant."""
    return authority(world.store.header.seed)


def is_signing(world: World) -> bool:
    return bool(SWITCHES.choice(world, "esignature") == "enabled")


def documents_of(world: World, name: str) -> list[Document]:
    """Return a batch's documents, oldest first; none before it is checked in."""
    found = filed(world, name)
    if found is None:
        return []
    closed = acceptance_of(world, name)
    signers = _signers(world, found, closed)
    listed = [
        _pdf(world, found, "F103.pdf", lambda: list_pdf(found), "Список ф. 103", signers),
        *_list_file(world, found, signers),
    ]
    if closed is None:
        return listed
    both = tuple((who, closed.closed_ms) for who, _ in signers)
    papers = (("Act.pdf", "Акт приёма", closing_papers.act), ("Invoice.pdf", "Счёт-фактура", closing_papers.invoice))
    return [*listed, *(_closing(world, found, closed, *paper, both) for paper in papers)]


def list_pdf(found: Filed) -> bytes:
    """Return ф. 103 as it was checked in, unsigned."""
    return pdf_papers([list103(found.batch, found.orders, found.account)], A4)


def _signers(world: World, found: Filed, closed: Acceptance | None) -> tuple[tuple[str, int], ...]:
    if not is_signing(world):
        return ()
    return ((SENDER, found.at_ms), *(((POST, closed.closed_ms),) if closed else ()))


def _closing(
    world: World,
    found: Filed,
    closed: Acceptance,
    name: str,
    reason: str,
    paper: Callable[[Acceptance, Account], list[Sheet]],
    signers: tuple[tuple[str, int], ...],
) -> Document:
    return _pdf(world, found, name, lambda: pdf_papers([paper(closed, found.account)], A4), reason, signers)


def _pdf(
    world: World,
    found: Filed,
    name: str,
    plain: Callable[[], bytes],
    reason: str,
    signers: tuple[tuple[str, int], ...],
) -> Document:
    def body() -> bytes:
        pdf = plain()
        for who, at_ms in signers:
            pdf = signed_pdf(pdf, identity(world, found, who), at_ms, field=who, reason=reason)
        return pdf if SWITCHES.choice(world, "signed_documents") == "whole" else _altered(pdf)

    return Document(name, PDF, signers, body)


def _altered(pdf: bytes) -> bytes:
    """Return a PDF with a byte of its first page changed that no reader of the file stumbles over."""
    place = pdf.index(b"/MediaBox")
    digit = next(at for at in range(place, len(pdf)) if pdf[at : at + 1] in b"123456789")
    return pdf[:digit] + bytes([pdf[digit] - 1]) + pdf[digit + 1 :]


def _list_file(world: World, found: Filed, signers: tuple[tuple[str, int], ...]) -> list[Document]:
    """Return the electronic list and each of its signatures."""
    name = part_post.name_of(found.batch)

    def content() -> bytes:
        return part_post.part_post(found.batch, found.orders, found.account)

    def signature(who: str, at_ms: int) -> Document:
        made = (who, at_ms)
        return Document(
            f"{name}.{who}.sig", SIGNATURE, (made,), lambda: detached(content(), identity(world, found, who), at_ms)
        )

    return [Document(name, TEXT, (), content), *(signature(who, at_ms) for who, at_ms in signers)]


def identity(world: World, found: Filed, who: str) -> Identity:
    """Return who signs: the sender's company, or the office for the post."""
    if who == POST:
        return authority_of(world).identity(f"Отделение {found.batch.office}", POST_NAME)
    return authority_of(world).identity(found.account.org_name, found.account.org_name)
