"""What a check of a signature finds."""

from dataclasses import dataclass
from datetime import datetime


class Broken(Exception):
    """There is no signature to be checked, or what is there is none."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature; `complaint` is "" when it holds. `trusted`: it was held against an authority that was given."""

    signer: str  # the certificate's common name
    organization: str
    authority: str
    signed_at: datetime | None  # as the signer claims
    complaint: str
    trusted: bool

    @property
    def good(self) -> bool:
        return not self.complaint
