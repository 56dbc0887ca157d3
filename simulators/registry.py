"""The carriers of this package, one line each: what the server mounts and `parcelproof carriers` lists."""

from .courier_api.cdek import CARRIER as CDEK
from .courier_api.iml import CARRIER as IML
from .courier_api.pickpoint import CARRIER as PICKPOINT
from .mail_alliance import CARRIER as MAIL_ALLIANCE
from .postal_api.russia import CARRIERS as RUSSIAN_POST
from .postal_api.swiss import CARRIER as SWISS_POST
from .wire.carrier import Carrier

CARRIERS: tuple[Carrier, ...] = (CDEK, IML, PICKPOINT, MAIL_ALLIANCE, *RUSSIAN_POST, SWISS_POST)
