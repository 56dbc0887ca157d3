"""How tests book a parcel at Swiss Post."""

from parcelproof.reference.adapters.swiss_post import SwissPostAdapter
from parcelproof.reference.ports import Booked, LabelFormat, Parcel, Quote


async def offer(adapter: SwissPostAdapter, parcel: Parcel, service: str = "PRI") -> Quote:
    return next(quote for quote in await adapter.quote(parcel) if quote.service == service)


async def book(adapter: SwissPostAdapter, parcel: Parcel, format: LabelFormat = LabelFormat.PDF) -> Booked:
    return await adapter.create(parcel, await offer(adapter, parcel), format=format)
