"""Detached CMS signatures in DER (or PEM), as `.sig` files beside a document."""

import asyncio
from collections.abc import Iterable
from typing import Any

from asn1crypto import cms, pem, x509
from cryptography.x509 import InvalidVersion, load_der_x509_certificate
from pyhanko.sign.general import SignedDataCerts, extract_certificate_info
from pyhanko.sign.validation import async_validate_detached_cms

from .chain import UNREADABLE, USAGE, attribute, context, names, read_whole
from .der import is_der
from .found import Broken, Signature


def verify_detached(content: bytes, signature: bytes, authorities: Iterable[x509.Certificate] = ()) -> Signature:
    """Return what becomes of a signature over `content`.

    Raises:
        Broken: `signature` is no CMS signature, or not written as DER is.
    """
    signed = signed_data(signature)
    if signed["encap_content_info"]["content"].native is not None:
        raise Broken("the signature holds a content of its own; a detached one holds none")
    at = attribute(signed, "signing_time")
    trusted = tuple(authorities)
    certificate, complaint = _checked(content, signed, trusted, at)
    signer, organization = names(certificate)
    issuer = certificate.issuer.native.get("common_name", "")
    return Signature(signer, organization, str(issuer), at, complaint, bool(trusted))


def signed_data(signature: bytes) -> cms.SignedData:
    """Return the inside of a CMS signature.

    Raises:
        Broken: it is none, or not the only way to write it in DER.
    """
    try:
        if pem.detect(signature):
            _, _, signature = pem.unarmor(signature)
        found = cms.ContentInfo.load(signature, strict=True)
        read_whole(found)
        signed = found["content"]
        if found["content_type"].native != "signed_data" or len(signed["signer_infos"]) != 1:
            raise Broken("it is no CMS signature by one signer")
        if not is_der(signature):
            raise Broken("the signature is not written as DER writes it")
    except UNREADABLE as error:
        raise Broken(f"it is no CMS signature: {' '.join(str(error).split())[:120]}") from error
    return signed


def _checked(
    content: bytes, signed: cms.SignedData, trusted: tuple[x509.Certificate, ...], at: Any
) -> tuple[x509.Certificate, str]:
    try:
        certs: SignedDataCerts = extract_certificate_info(signed)
        status = asyncio.run(
            async_validate_detached_cms(content, signed, context(signed, trusted, at), key_usage_settings=USAGE)
        )
    except UNREADABLE as error:
        raise Broken(f"it cannot be checked: {' '.join(str(error).split())[:200]}") from error
    return certs.signer_cert, complaint_of(status, signed)


def complaint_of(status: Any, signed: cms.SignedData) -> str:
    """Return what is wrong with a checked signature, "" when nothing is."""
    if not status.intact:
        return "the document is not the one that was signed"
    if not status.valid:
        return "the signature is not the signer's"
    if not status.trusted:
        return "the signer's certificate is not from the authority"
    if not _needed(status, signed):
        return "the signature brings a certificate along that its signer's does not come from"
    if not _versions_right(signed):
        return "the signature tells another version than its form has"
    if not _names_its_certificate(status.signing_cert, signed):
        return "the signature names its certificate in other letters than that has"
    named = {found["algorithm"].native for found in signed["digest_algorithms"]}
    if named != {signed["signer_infos"][0]["digest_algorithm"]["algorithm"].native}:
        return "the signature names another digest algorithm than its signer"
    return ""


def _versions_right(signed: cms.SignedData) -> bool:
    """Tell whether the versions, which nothing signs, are what RFC 5652, 5.1 and 5.3 want for this form."""
    signer = signed["signer_infos"][0]
    version = "v1" if signer["sid"].name == "issuer_and_serial_number" else "v3"
    plain = signed["encap_content_info"]["content_type"].native == "data" and version == "v1"
    return (signer["version"].native, signed["version"].native) == (version, "v1" if plain else "v3")


def _names_its_certificate(certificate: x509.Certificate, signed: cms.SignedData) -> bool:
    """Tell whether the signer is named byte for byte: elsewhere case does not count, and nothing signs that name."""
    sid = signed["signer_infos"][0]["sid"]
    named = sid.name == "issuer_and_serial_number"
    return not named or bool(sid.chosen["issuer"].dump() == certificate.issuer.dump())


def _needed(status: Any, signed: cms.SignedData) -> bool:
    """Tell whether every certificate in a signature is the signer's or one that it comes from, roots signed rightly."""
    path = {certificate.dump() for certificate in status.validation_path.iter_certs(include_root=True)}
    brought = [choice.chosen for choice in signed["certificates"]]
    return all(one.dump() in path and _root_holds(one) for one in brought)


def _root_holds(certificate: x509.Certificate) -> bool:
    if certificate.issuer != certificate.subject:
        return True
    if certificate["signature_value"].contents[:1] != b"\0":  # bits at its end that do not count
        return False
    try:
        loaded = load_der_x509_certificate(certificate.dump())
        loaded.verify_directly_issued_by(loaded)
    except (InvalidVersion, *UNREADABLE):
        return False
    return True
