"""A throw-away authority and the parties it vouches for: keys and certificates that follow from a seed.

Elliptic curve P-256 with SHA-256, where real qualified signatures in Russia use GOST algorithms: what stock tools can
verify was chosen. Signatures are made without randomness (RFC 6979). Source: RFC 5280.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "parcelproof throw-away authority, for tests only"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256's group
_FIRST, _LAST = datetime(1950, 1, 1), datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 X.509 tells times in UTC
_SERIAL_BYTES = 16


@dataclass(frozen=True, slots=True)
class Identity:
    """Someone who can sign: a key, its certificate, and the authority's."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    root: x509.Certificate

    @property
    def name(self) -> str:
        return str(self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)

    def sign(self, data: bytes) -> bytes:
        """Return an ECDSA signature in DER; the same data gives the same bytes."""
        return self.key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


@dataclass(frozen=True, slots=True)
class Authority:
    """Who vouches for everybody of one seed."""

    seed: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def pem(self) -> bytes:
        """Return the certificate that verifiers are to trust."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def identity(self, common_name: str, organization: str) -> Identity:
        """Return a party's key and certificate; asked again, the same ones.

        Both names are anybody's text: what a certificate cannot hold is left out, what is too long is cut.
        """
        return _identity(self.seed, _held(common_name), _held(organization))


@lru_cache(64)
def authority(seed: str) -> Authority:
    """Return the authority of a seed."""
    key = _key(seed, "authority")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    builder = _builder(name, name, key, _serial(seed, "authority"))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    return Authority(seed, key, builder.sign(key, hashes.SHA256(), ecdsa_deterministic=True))


@lru_cache(256)
def _identity(seed: str, common_name: str, organization: str) -> Identity:
    issuer, label = authority(seed), f"{common_name}/{organization}"
    key = _key(seed, label)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "RU"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
    builder = _builder(subject, issuer.certificate.subject, key, _serial(seed, label))
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    parent = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    builder = builder.add_extension(parent, critical=False)
    signed = builder.sign(issuer.key, hashes.SHA256(), ecdsa_deterministic=True)
    return Identity(key, signed, issuer.certificate)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, serial: int
) -> x509.CertificateBuilder:
    """Valid as long as certificates can be: a tenant's clock may stand anywhere."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(_FIRST)
        .not_valid_after(_LAST)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _key(seed: str, label: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(blake2b(f"{seed}/signing key/{label}".encode("utf-8", "surrogatepass")).digest())
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())


def _serial(seed: str, label: str) -> int:
    text = f"{seed}/signing serial/{label}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=_SERIAL_BYTES).digest()) >> 1 | 1


def _held(text: str) -> str:
    """Return at most the 64 bytes of UTF-8 that the library lets a certificate's name hold, never none."""
    kept = "".join(letter for letter in text if letter.isprintable()).strip().encode()[:64]
    return kept.decode(errors="ignore").strip() or "?"
