"""What is due and when: one queue of tasks in virtual time. Nothing here sleeps; `run` is told how far to go."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import aiohttp

from . import cdek, mail_alliance
from .calls import Refused, Unavailable
from .offers import NoRate, Offer, pick
from .orders import Invalid, Order
from .store import Store, Task

CARRIERS = (cdek.NAME, mail_alliance.NAME)
PAUSES_S = (30, 60, 120, 300, 600, 1800)  # after a failed try; the last one again and again
FOLLOWED = timedelta(days=60)  # so long a parcel is asked after


class Conflict(Exception):
    """The order is not in a state that allows this."""


class NoOffers(Exception):
    """No carrier could be asked at all."""


class Engine:
    def __init__(self, store: Store, session: aiohttp.ClientSession, own_address: str) -> None:
        self.store = store
        self._session = session
        self._own_address = own_address
        self.turn = asyncio.Lock()  # one call at a time moves things; webhooks come in between
        self._age = 0  # counts resets, so that a run that was overtaken by one ends
        self._open()

    def _open(self) -> None:
        """Take up what the store knows: after a reset and after a restart alike."""
        settings = self.store.setting("reset") or {"carriers": {}, "now": "1970-01-01T00:00:00+00:00"}
        self.settings: dict[str, Any] = settings
        self.now = datetime.fromisoformat(self.store.setting("now", settings["now"]))
        accounts = settings["carriers"]
        self.carriers: dict[str, Any] = {}
        if cdek.NAME in accounts:
            self.carriers[cdek.NAME] = cdek.Cdek(self._session, accounts[cdek.NAME], settings["currencies"])
        if mail_alliance.NAME in accounts:
            made = mail_alliance.MailAlliance(self._session, accounts[mail_alliance.NAME], settings["label_format"])
            self.carriers[mail_alliance.NAME] = made

    def reset(self, settings: Mapping[str, Any]) -> None:
        """Forget everything and begin anew. `settings`: checked by whoever calls, with all defaults filled in."""
        self._age += 1
        with self.store.together():
            self.store.clear()
            self.store.set("reset", settings)
            self.store.set("now", settings["now"])
            start = datetime.fromisoformat(settings["now"])
            for name in settings["carriers"]:
                if settings["channels"]["webhook"]:
                    self.store.set(f"hook:{name}", {"secret": secrets.token_urlsafe(24)})
                    self.store.plan("subscribe", name, start)
        self._open()

    async def run(self, until: datetime) -> datetime:
        """Do everything that is due up to `until`, in time order, then stand there."""
        if until < self.now:
            raise Conflict(f"it is {self.now.isoformat()} already")
        age = self._age
        while age == self._age and (task := self.store.next_task(until)):
            self.now = max(self.now, datetime.fromtimestamp(task.due, UTC))
            await self._do(task)
        if age == self._age:
            self.now = until
            self.store.set("now", until.isoformat())
        return self.now

    async def _do(self, task: Task) -> None:
        for carrier in self.carriers.values():
            carrier.now = self.now
        does: dict[str, Callable[[str], Awaitable[None]]] = {
            "order": self._move_on,
            "poll": self._poll,
            "subscribe": self._subscribe,
        }
        await does[task.kind](task.subject)

    # -- booking

    def place(self, wish: dict[str, Any]) -> bool:
        """Place an order; return whether it is new.

        Raises:
            Conflict: the number is taken by another content.
        """
        known = self.store.order(wish["number"])
        if known is not None:
            if known.wish != wish:
                raise Conflict(f"{wish['number']} was placed before with other content")
            return False
        order = Order(number=wish["number"], wish=wish)
        with self.store.together():
            self.store.keep(order)
            if wish["confirm"]:
                self._confirm(order)
        return True

    def confirm(self, order: Order, quote: str | None) -> None:
        """Send a draft on its way; `quote` is the id of an offer that was shown.

        Raises:
            Conflict: it was cancelled or has failed. Invalid: no such offer was shown, or none was picked.
        """
        if order.state in ("cancelled", "failed"):
            raise Conflict(f"{order.number} is {order.state}")
        if order.state != "draft":
            return
        if quote is not None and quote not in [offer["id"] for offer in order.offers]:
            raise Invalid(f"{order.number} was never shown an offer {quote!r}")
        if quote is None and self.settings["choice"]["rule"] == "by_hand":
            raise Invalid("offers are picked by hand here; name the quote")
        order.picked = quote
        with self.store.together():
            self._confirm(order)

    def _confirm(self, order: Order) -> None:
        if order.picked is None and self.settings["choice"]["rule"] == "by_hand":
            order.problems.append("Nobody has picked an offer yet.")
        else:
            order.state, order.step, order.problems = "confirmed", "choose", []
            self.store.plan("order", order.number, self.now)
        self.store.keep(order)

    async def show_offers(self, order: Order) -> tuple[list[Offer], Offer | None]:
        """Ask the carriers; return their offers and the one that the rule would take.

        Raises:
            NoOffers: no carrier answered.
        """
        self._tick()
        offers, silent = await self._ask(order)
        if silent and not offers:
            raise NoOffers("; ".join(silent))
        order = self.store.order(order.number) or order
        order.offers = [offer.kept() for offer in offers]
        self.store.keep(order)
        return offers, pick(offers, order.wish, self.settings["choice"], self.settings["currencies"])

    async def _ask(self, order: Order) -> tuple[list[Offer], list[str]]:
        """Return all offers, and what keeps carriers from making one for now."""
        offers: list[Offer] = []
        silent = []
        for name, carrier in self.carriers.items():
            if order.wish["carrier"] not in (None, name):
                continue
            try:
                offers += await carrier.offers(order.wish)
            except Unavailable as trouble:
                silent.append(f"{name} {trouble}")
            except (Refused, NoRate):
                continue  # no offer from this one
        return offers, silent

    async def _move_on(self, number: str) -> None:
        """Do the next step of an order, and plan the one after it."""
        order = self.store.order(number)
        if order is None or not order.step:
            self.store.drop("order", number)
            return
        if order.cancel_wanted:
            self._divert(order)
        carrier = self.carriers[order.carrier] if order.carrier else None
        at = order.step
        if carrier is not None and at in carrier.if_unknown:
            self._keep_unsure(order, carrier.if_unknown[at])
        try:
            pause_s = await self._choose(order) if carrier is None or at == "choose" else await carrier.step(order)
            order.tries, order.trouble = 0, ""
            order.looks = order.looks if order.step == at else 0
        except Unavailable as trouble:
            if carrier is not None:
                order.step = carrier.if_unknown.get(order.step, order.step)
            pause_s = max(trouble.retry_after_s, PAUSES_S[min(order.tries, len(PAUSES_S) - 1)])
            order.tries += 1
            order.trouble = f"{order.carrier or 'The carriers'}: {trouble}; tried again in {pause_s} s."
        except Refused as refusal:
            pause_s = self._refused(order, refusal)
        self._keep_moved(order, pause_s)

    def _divert(self, order: Order) -> None:
        """Turn an order that is to be called off to that, as soon as it is known what stands at the carrier."""
        if order.step == "choose":
            order.cancelled()
        elif order.state == "booked" and order.step != "cancelling":
            order.step = "cancel"

    def _keep_unsure(self, order: Order, step: str) -> None:
        """Write down, before a call goes out, how to find out what became of it: we may be killed meanwhile."""
        now, order.step = order.step, step
        self.store.keep(order)
        order.step = now

    def _refused(self, order: Order, refusal: Refused) -> int | None:
        if order.step in ("cancel", "cancelling"):
            order.problems.append(f"It could not be called off: {refusal}")
            order.cancel_wanted = False
            order.step = "" if order.label else self.carriers[order.carrier or ""].after_booking
            return 0 if order.step else None
        order.fail(f"{order.carrier} refused: {refusal}")
        return None

    def _keep_moved(self, order: Order, pause_s: int | None) -> None:
        with self.store.together():
            if self.store.order(order.number) is None:
                return  # a reset came between
            if order.new_label is not None:
                self._keep_label(order, *order.new_label)
            self.store.keep(order)
            if order.cancel_wanted and order.state == "booked":
                order.step = order.step or "cancel"
                self.store.keep(order)
                pause_s = pause_s or 0
            if order.state == "booked" and self.settings["channels"]["poll"]:
                self._plan_poll(order)
            if pause_s is None or not order.step:
                self.store.drop("order", order.number)
            else:
                self.store.plan("order", order.number, self.now + timedelta(seconds=pause_s))

    def _keep_label(self, order: Order, form: str, content: bytes) -> None:
        self.store.keep_label(order.number, content)
        order.label = {"format": form, "sha256": sha256(content).hexdigest(), "size_bytes": len(content)}
        order.new_label = None

    async def _choose(self, order: Order) -> int | None:
        offers, silent = await self._ask(order)
        offer = self._picked(order, offers) if order.picked else None
        if order.picked is None:
            offer = pick(offers, order.wish, self.settings["choice"], self.settings["currencies"])
        if offer is None and silent:
            raise Unavailable("; ".join(silent))
        if offer is None:
            country = order.wish["recipient"]["country"]
            if order.picked:
                order.state, order.step, order.picked = "draft", "", None
                order.problems.append("The offer that was picked is not made any more at that price; pick another.")
            else:
                order.fail(f"No carrier offers to take this order to {order.wish['recipient']['city']}, {country}.")
            return None
        carrier = self.carriers[offer.carrier]
        order.carrier, order.quote = offer.carrier, offer.view(chosen=True)
        order.request = carrier.prepare(order, offer)
        order.step = "book"
        return 0

    def _picked(self, order: Order, offers: list[Offer]) -> Offer | None:
        """Return today's offer for what was picked: the same service at the same price; its lock may be a new one."""
        old = next(Offer(**row) for row in order.offers if row["id"] == order.picked)
        same = (old.carrier, old.service, old.total_minor, old.currency)
        return next((o for o in offers if (o.carrier, o.service, o.total_minor, o.currency) == same), None)

    # -- calling off

    async def cancel(self, order: Order) -> None:
        """Call an order off. What the carrier cannot answer for now is asked again by `run`.

        Raises:
            Conflict: the carrier holds the goods.
        """
        self._tick()
        if order.state == "cancelled":
            return
        if order.state in ("draft", "failed") or order.step == "choose":
            order.cancelled()
            self.store.keep(order)
            return
        order.cancel_wanted = True
        with self.store.together():
            self.store.keep(order)
            self.store.plan("order", order.number, self.now)
        if order.state != "booked" or order.step == "cancelling":
            return
        await self._cancel_now(order)

    async def _cancel_now(self, order: Order) -> None:
        label_step, order.step = order.step, "cancel"
        self.store.keep(order)
        try:
            await self.carriers[order.carrier or ""].cancel(order)
        except Unavailable as trouble:
            order.trouble = f"{order.carrier}: {trouble}; tried again."
        except Refused as refusal:
            order.cancel_wanted, order.step = False, label_step
            raise Conflict(f"{order.carrier} does not call {order.number} off any more: {refusal}") from refusal
        finally:
            self.store.keep(order)

    # -- news

    def _plan_poll(self, order: Order) -> None:
        if not self.store.setting(f"followed:{order.number}"):
            self.store.set(f"followed:{order.number}", self.now.isoformat())
            self.store.plan("poll", order.number, self.now + timedelta(minutes=self.settings["poll_minutes"]))

    async def _poll(self, number: str) -> None:
        order = self.store.order(number)
        since = datetime.fromisoformat(self.store.setting(f"followed:{number}"))
        if order is None or order.state != "booked" or self.now - since > FOLLOWED:
            self.store.drop("poll", number)
            return
        known_return = order.return_id
        try:
            events = await self.carriers[order.carrier or ""].news(order)
        except (Unavailable, Refused):
            events = None  # the next poll tells it all
        with self.store.together():
            if events is not None:
                self._learn(number, events)
            if order.return_id != known_return:
                self._keep_return(number, order.return_id)
            self.store.plan("poll", number, self.now + timedelta(minutes=self.settings["poll_minutes"]))

    def _keep_return(self, number: str, return_id: str) -> None:
        order = self.store.order(number)
        if order is not None:
            order.return_id = return_id
            self.store.keep(order)

    def _learn(self, number: str, events: list[dict[str, Any]]) -> None:
        """Take in a whole history; what we knew and the carrier does not tell any more was withdrawn."""
        for event in events:
            self.learn_one(number, event, "poll")
        told = {event["event_id"] for event in events}
        for known in self.store.events(number):
            if known["event_id"] not in told and known["source"] == "poll":
                self.store.withdraw(number, known["event_id"])

    def learn_one(self, number: str, event: dict[str, Any], source: str) -> None:
        kept = {name: event[name] for name in event if name != "withdrawn"}
        received = {"received_at": self.now.isoformat(), "source": source}
        self.store.add_event(number, {"sequence": 0, **kept, **received})
        if event.get("withdrawn"):
            self.store.withdraw(number, event["event_id"])

    async def _subscribe(self, name: str) -> None:
        address = self.settings.get("callback_url") or self._own_address
        try:
            made = await self.carriers[name].subscribe(address.rstrip("/"), self.store.setting(f"hook:{name}"))
        except (Unavailable, Refused):
            self.store.plan("subscribe", name, self.now + timedelta(minutes=5))
            return
        with self.store.together():
            self.store.set(f"hook:{name}", made)
            self.store.drop("subscribe", name)

    def _tick(self) -> None:
        for carrier in self.carriers.values():
            carrier.now = self.now
