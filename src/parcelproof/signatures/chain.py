"""Whom a signature's certificate comes from: the authorities that were given, else the one it brings along."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime

from asn1crypto import cms, core, pem, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import CMSStructuralError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from .found import Broken

for _name in ("pyhanko", "pyhanko_certvalidator"):  # what fails is told once, by us
    logging.getLogger(_name).addHandler(logging.NullHandler())

USAGE = KeyUsageConstraints(key_usage={"digital_signature"})
UNREADABLE = (  # what the libraries raise at bytes that are no signature, certificate or PDF
    PdfError,
    CMSStructuralError,
    SignatureValidationError,
    InvalidSignature,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    NotImplementedError,
    OverflowError,
    RecursionError,
    AssertionError,
)
_NOWHERE = datetime(2000, 1, 1, tzinfo=UTC)  # for a signature that claims no time


def authorities(text: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a PEM file.

    Raises:
        Broken: it is none, or has none.
    """
    try:
        found = tuple(x509.Certificate.load(body) for _, _, body in pem.unarmor(text, multiple=True))
        for certificate in found:
            read_whole(certificate)
    except (ValueError, TypeError) as error:
        raise Broken(f"the authority is no certificate in PEM: {error}") from error
    return found


def read_whole(value: core.Asn1Value) -> None:
    """Read a value to its end now, which otherwise is read where it is looked at.

    Raises:
        ValueError: a part of it is not what it claims to be.
    """
    _ = value.native


def context(signed: cms.SignedData, trusted: Iterable[x509.Certificate], at: datetime | None) -> ValidationContext:
    """Return what a signature made at `at` is held against."""
    return ValidationContext(
        trust_roots=list(trusted) or _brought_along(signed),
        other_certs=[choice.chosen for choice in signed["certificates"]],
        moment=at or _NOWHERE,
        best_signature_time=at or _NOWHERE,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def _brought_along(signed: cms.SignedData) -> list[x509.Certificate]:
    found = [choice.chosen for choice in signed["certificates"]]
    return [certificate for certificate in found if certificate.ca and certificate.issuer == certificate.subject]


def attribute(signed: cms.SignedData, name: str) -> datetime | None:
    """Return the time among the signed attributes, if there is one."""
    for found in signed["signer_infos"][0]["signed_attrs"]:
        if found["type"].native == name:
            value = found["values"][0].native
            return value if isinstance(value, datetime) else None
    return None


def names(certificate: x509.Certificate) -> tuple[str, str]:
    """Return a subject's common name and organization, "" where it has none."""
    native = certificate.subject.native
    return str(native.get("common_name", "")), str(native.get("organization_name", ""))
