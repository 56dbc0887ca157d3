"""A customer's account: billing relation, accepted terms, franking licences. Account data are the tenant's settings.

Wire contract: `postal_api_swiss` §2.1, §4 and §8; `notifications` NTF-172 to NTF-174.
"""

from dataclasses import dataclass

from ...core.world import World
from . import settings

LICENSE_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Account:
    """What an account holds. An empty list of licences means any that is well formed.

    `return_licenses` serve returns and nothing else; `domicile_licenses` need the home post office on the label.
    """

    billing_relation: bool
    terms_accepted: bool
    licenses: frozenset[str]
    return_licenses: frozenset[str]
    domicile_licenses: frozenset[str]
    sender_name: str
    first: int
    last: int

    def holds(self, license_number: str) -> bool:
        """Tell whether a licence is this account's; one of noughts alone is nobody's."""
        if not license_number.strip("0"):
            return False
        return not self.licenses or license_number in self.licenses | self.return_licenses


def of(world: World) -> Account:
    """Return the account of a tenant."""
    exhausted = settings.choice(world, "number_range") == "exhausted"
    first = settings.number(world, "item_number_first")
    return Account(
        billing_relation=settings.choice(world, "billing_relation") == "yes",
        terms_accepted=settings.choice(world, "terms_accepted") == "yes",
        licenses=_licenses(world, "franking_licenses"),
        return_licenses=_licenses(world, "return_licenses"),
        domicile_licenses=_licenses(world, "domicile_licenses"),
        sender_name=settings.text(world, "notification_sender_name"),
        first=first,
        last=first - 1 if exhausted else settings.number(world, "item_number_last"),
    )


def _licenses(world: World, name: str) -> frozenset[str]:
    return frozenset(padded(one) for one in settings.text(world, name).split())


def padded(license_number: str) -> str:
    """Return a franking licence with its eight places: shorter ones are filled with noughts from the left."""
    return license_number.upper().rjust(LICENSE_DIGITS, "0")
