"""Detached signatures: CMS `SignedData` without the content, in DER, as files beside a document (`.sig`).

The profile is CAdES-BES (ETSI EN 319 122-1): content type, message digest, the signer's certificate by its hash and
the algorithms stand among the signed attributes, and the time, except inside a PDF, which tells it itself.
Source: RFC 5652, RFC 5035, RFC 6211.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding

from .authority import Identity

_DIGEST, _SIGNATURE = "sha256", "sha256_ecdsa"
_LAST_UTC_YEAR = 2049  # later times are written in another type (RFC 5652, 11.3)


def detached(content: bytes, identity: Identity, at_ms: int) -> bytes:
    """Return a signature over `content`, made at `at_ms` (milliseconds since the Unix epoch), in DER."""
    return over_digest(sha256(content).digest(), identity, moment(at_ms))


def over_digest(digest: bytes, identity: Identity, at: datetime | None) -> bytes:
    """Return a signature over the content whose SHA-256 is `digest`, in DER; `at` is told when it is given."""
    certificate, root = (_loaded(found) for found in (identity.certificate, identity.root))
    signed = cms.CMSAttributes(_attributes(digest, certificate, at))
    signed.dump(force=True)  # a set's members are put in the order of their bytes
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": {"issuer_and_serial_number": _issuer_and_serial(certificate)},
            "digest_algorithm": {"algorithm": _DIGEST},
            "signed_attrs": signed,
            "signature_algorithm": {"algorithm": _SIGNATURE},
            "signature": identity.sign(signed.untag().dump()),
        }
    )
    data = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": _DIGEST}],
        "encap_content_info": {"content_type": "data"},
        "certificates": [certificate, root],
        "signer_infos": [signer],
    }
    found: bytes = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    return found


def moment(at_ms: int) -> datetime:
    """Return a moment in whole seconds, as signatures tell it."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at_ms // 1000)


def _attributes(digest: bytes, certificate: x509.Certificate, at: datetime | None) -> list[dict[str, Any]]:
    found: dict[str, Any] = {
        "content_type": "data",
        "message_digest": digest,
        "signing_certificate_v2": _bound(certificate),
        "cms_algorithm_protection": cms.CMSAlgorithmProtection(
            {
                "digest_algorithm": algos.DigestAlgorithm({"algorithm": _DIGEST}),
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": _SIGNATURE}),
            }
        ),
    }
    if at is not None:
        found["signing_time"] = _time(at)
    return [{"type": kind, "values": [value]} for kind, value in found.items()]


def _time(at: datetime) -> cms.Time:
    if 1950 <= at.year <= _LAST_UTC_YEAR:
        return cms.Time({"utc_time": at})
    return cms.Time({"generalized_time": core.GeneralizedTime(at)})


def _bound(certificate: x509.Certificate) -> tsp.SigningCertificateV2:
    """Return what binds a signature to one certificate: nobody can put another of the same key in its place."""
    serial = {
        "issuer": [x509.GeneralName({"directory_name": certificate.issuer})],
        "serial_number": certificate.serial_number,
    }
    digest = sha256(certificate.dump()).digest()
    entry = {"hash_algorithm": {"algorithm": _DIGEST}, "cert_hash": digest, "issuer_serial": serial}
    return tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2(entry)]})


def _issuer_and_serial(certificate: x509.Certificate) -> cms.IssuerAndSerialNumber:
    return cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})


def _loaded(certificate: Any) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))
