"""The other ways in: what takes the same shipments as the REST service, through the same judgement."""

from ..answers import Operations
from ..chapter import Chapter

CHAPTER = Chapter(routes=Operations())
