"""What a tenant can choose about Mail Alliance, as the control API enforces it; each is read where it matters."""

from ..wire.allowed import Allowed
from . import account_mail, number_range

MOST = 10**15 - 1
ALLOWED: dict[str, Allowed] = {
    "quota": Allowed(choices=("on", "off", "exhausted")),
    "number_range": Allowed(choices=("exhausted",), whole=(1, number_range.WIDEST)),
    "accept_after_ms": Allowed(whole=(0, MOST)),
    "account_email": Allowed(text=account_mail.ADDRESS, says="an e-mail address"),
}
