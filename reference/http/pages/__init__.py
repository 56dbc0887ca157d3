"""Staff pages at `/ui`: orders, what waits for a person, mails, files, and figures as charts."""

from .desk import Pages
from .fetching import FetchPages
from .files import FilePages
from .orders import OrderPages
from .parties import PartyPages
from .watching import WatchPages

PAGES = (Pages, OrderPages, WatchPages, FilePages, FetchPages, PartyPages)

__all__ = ["PAGES"]
