"""What a tenant's world remembers about documents: printed orders, hand-over lists, photos of signed papers."""

from ...core.records import Kind
from .records import Order

PRINTED: Kind[tuple[Order, ...]] = Kind("cdek.printed", tuple[Order, ...])  # form uuid -> orders as they were then
KINDS = (PRINTED,)
