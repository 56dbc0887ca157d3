"""Bugs of the area security; `conformance/mutants/security.toml` says which requirements each must fail."""

from parcelproof.reference.adapters import signatures
from parcelproof.reference.adapters.cdek import hooks as cdek
from parcelproof.reference.adapters.mail_alliance import hooks as mail_alliance
from parcelproof.reference.letters import sheet
from parcelproof.reference.usecases import companies, polling

from .patching import mutant, rewrite


@mutant
def unchecked_signature() -> None:
    """A webhook must bear a signature, but any will do."""
    rewrite(signatures.check, ("    if not fits:", "    if not offered:"))


@mutant
def unchecked_time_stamp() -> None:
    """The time stamp of a webhook is not looked at."""
    rewrite(signatures.check, ("if away_s > TOLERANCE_S:", "if False:"))


@mutant
def hours_of_tolerance() -> None:
    """A webhook may be two hours old."""
    rewrite(signatures.check, ("if away_s > TOLERANCE_S:", "if away_s > 24 * TOLERANCE_S:"))


@mutant
def unsigned_accepted() -> None:
    """A webhook without a signature is taken as it is."""
    rewrite(mail_alliance.verify, ("    signatures.check(", '    "webhook-signature" in lower and signatures.check('))


@mutant
def garbage_breaks_it() -> None:
    """A webhook of another shape breaks the endpoint."""
    rewrite(cdek.shaped, ('raise Untrusted("webhook_shape", found)', "raise KeyError(found)"))


@mutant
def guessable_address() -> None:
    """The webhook address of a carrier is its name."""
    rewrite(polling.subscribe, ("token=shop.outside.token()", "token=name"))


@mutant
def address_unchecked() -> None:
    """A notice is taken at any address below that of webhooks."""
    rewrite(companies.hook_of, ("hooks.c.token == token, ", ""))


@mutant
def mail_not_escaped() -> None:
    """Text of others stands in the HTML of a mail as it came."""
    rewrite(sheet.environment, ("autoescape=html", "autoescape=False"))
