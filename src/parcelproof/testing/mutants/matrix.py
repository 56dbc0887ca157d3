"""Bugs that show when an answer is lost or the connector is killed; `conformance/mutants/matrix.toml` tells of each."""

from os import urandom
from typing import Any

from parcelproof.reference import letters
from parcelproof.reference.adapters.cdek.adapter import CdekAdapter
from parcelproof.reference.adapters.mail_alliance import bodies
from parcelproof.reference.adapters.mail_alliance.adapter import MailAllianceAdapter
from parcelproof.reference.shop import Shop
from parcelproof.reference.storage.outbox import ask, pause
from parcelproof.reference.storage.store import Store
from parcelproof.reference.usecases import alerting, booking, polling, reporting, tracking
from parcelproof.reference.worker import Worker

from .patching import mutant, rewrite

BORN = urandom(8).hex()  # of this process: what is kept in memory only is another one after a restart
RANDOM = '__import__("os").urandom(16).hex()'
PARTS = r'"\x1f".join(parts).encode()'
WAIT = "await work.wait(shop.clock.now(), error=str(fault), least_s=fault.retry_after_s or 0.0)"
ASK_AGAIN = (
    "async with shop.store.begin(work.task.company_id) as session:\n"
    "                await ask(session, work.task.kind, work.task.key, shop.clock.now() + LATER)"
)


def _key(kind: str, more: str) -> tuple[str, str]:
    return PARTS, rf'("\x1f".join(parts) + ({more} if parts[0] == "{kind}" else "")).encode()'


@mutant
def key_kept_in_memory() -> None:
    """The key and reference of a booking are drawn once and kept in memory only."""
    rewrite(bodies.idempotency_key, _key("parcel", "BORN"), BORN=BORN)
    rewrite(bodies.parcel_request, ("shipment_reference(parcel.key)", "shipment_reference(BORN + parcel.key)"))


@mutant
def return_key_kept_in_memory() -> None:
    """The key of a buyer's return is drawn once and kept in memory only."""
    rewrite(bodies.idempotency_key, _key("return", "BORN"), BORN=BORN)


@mutant
def return_key_random() -> None:
    """Every try to announce a buyer's return has a key of its own."""
    rewrite(bodies.idempotency_key, _key("return", RANDOM))


@mutant
def cancellation_forgotten() -> None:
    """The task to call a parcel off is closed before the carrier is asked, and opened again when that fails."""
    rewrite(
        booking.cancel_booking,
        ("if shipment is not None:\n        try:", "await work.close()\n    if shipment is not None:\n        try:"),
        (WAIT, ASK_AGAIN),
        LATER=pause(1),
    )


@mutant
def cancellation_tried_once() -> None:
    """An order is called off here even when no answer came from the carrier."""
    rewrite(
        booking.cancel_booking,
        (
            f"{WAIT}\n            return",
            "pass",
        ),
    )


@mutant
def subscribed_blindly() -> None:
    """A webhook subscription is made without looking whether it stands already."""
    rewrite(CdekAdapter.subscribe, ('known.url == url and known.type == "ORDER_STATUS"', "False"))
    rewrite(
        MailAllianceAdapter.subscribe,
        ("if endpoint.url == url:", "if False:"),
        ('bodies.idempotency_key("endpoint", key)', RANDOM),
    )


@mutant
def address_kept_in_memory() -> None:
    """The address for webhooks is written down only when the carrier has answered."""
    rewrite(
        polling.subscribe,
        (
            "async with shop.store.begin(work.task.company_id) as session:  # the address must outlive a lost answer\n"
            "        await session.add_once(hooks, carrier=name, token=shop.outside.token(), keys={})",
            "token = TOKENS.get(name) or TOKENS.setdefault(name, shop.outside.token())",
        ),
        (
            "if hook is None:\n        raise LookupError(",
            "hook = hook or {'token': token}\n    if False:\n        raise LookupError(",
        ),
        (
            'await session.change(hooks, hooks.c.id == hook["id"], keys=dict(keys), base_url=base)',
            "await session.add_once(hooks, carrier=name, token=hook['token'], keys={})\n"
            "        await session.change(hooks, hooks.c.carrier == name, keys=dict(keys), base_url=base)",
        ),
        TOKENS={},
    )


@mutant
def message_id_of_the_process() -> None:
    """The Message-ID of a mail hangs on when the connector was started."""
    rewrite(letters.message_id, ("{subscription}/{event_id}", "{subscription}/{event_id}/{BORN}"), BORN=BORN)


@mutant
def message_id_of_the_try() -> None:
    """Every try to send a mail has a Message-ID of its own."""
    rewrite(letters.message_id, ("{subscription}/{event_id}", "{urandom(16)}"), urandom=urandom)


@mutant
def runs_overlap() -> None:
    """Nothing keeps a run by hand from doing what another run is just doing."""
    rewrite(Worker.run_until, ("async with self._turn:", "if True:"))


@mutant
def mail_forgotten() -> None:
    """The task to send a mail is closed before the mail server is spoken to, and opened again when that fails."""
    rewrite(
        alerting.send_mail,
        ("    failure = await send(", "    await work.close()\n    failure = await send("),
        (
            "if failure is None:",
            "if failure is None:\n        " + ASK_AGAIN.replace("                ", "            "),
        ),
        LATER=pause(1),
    )


@mutant
def waiting_mails_in_memory() -> None:
    """Mails that wait for their mail server are kept in memory: a start begins without them."""
    freed = "local.execute(update(outbox).values(claimed_by=None))"
    forgotten = "local.execute(outbox.delete().where(outbox.c.kind == 'mail'))"
    rewrite(Store.start, (freed, f"{freed}; {forgotten}"))


@mutant
def webhook_acknowledged_unwritten() -> None:
    """A webhook is answered 204 and kept in memory until the connector gets round to it."""
    waiting: list[tuple[int, str, Any]] = []

    async def tell(shop: Shop) -> None:
        while waiting:
            company, carrier, notice = waiting.pop(0)
            async with shop.store.begin(company) as session:
                await tracking.take(session, carrier, notice.events, notice.returns, "webhook")
                for carrier_id in notice.read_again:
                    await ask(session, "track", f"{carrier}/{carrier_id}", session.now)

    rewrite(
        tracking.receive,
        (
            'await take(session, carrier.name, notice.events, notice.returns, "webhook")\n'
            "        for carrier_id in notice.read_again:\n"
            '            await ask(session, "track", f"{carrier.name}/{carrier_id}", session.now)',
            'WAITING.append((hook["company_id"], carrier.name, notice))',
        ),
        WAITING=waiting,
    )
    rewrite(Worker.run_until, ("        while await", "        await TELL(self._shop)\n        while await"), TELL=tell)


@mutant
def poll_forgotten() -> None:
    """The task to read a carrier is closed before it is read, and a new one made afterwards."""
    rewrite(
        polling.poll,
        ("    carrier, now = ", "    await work.close()\n    carrier, now = "),
        ("work.again(now + timedelta(minutes=ports.config.poll_minutes), fresh=True)", "pass"),
        (
            "async with work.finish() as session:",
            "async with shop.store.begin(work.task.company_id) as session:\n"
            '        await ask(session, "poll", name, now + timedelta(minutes=ports.config.poll_minutes))',
        ),
    )


@mutant
def place_in_feed_kept_in_memory() -> None:
    """Where the reading of the feed stands is kept in memory only: after a restart it begins at the newest entry."""
    rewrite(
        polling.poll,
        (
            "notices, at = await carrier.changes(at)",
            "notices, at = await carrier.changes(at)\n"
            "        if name not in READING:\n"
            "            notices = ()\n"
            "            READING.add(name)",
        ),
        READING=set(),
    )


@mutant
def parcels_kept_in_memory() -> None:
    """Which parcels are to be read is kept in memory only: after a restart only those are that something calls up."""
    rewrite(
        polling.track,
        (
            "    async with work.read() as session",
            "    CALLED_UP.add(carrier_id)\n    async with work.read() as session",
        ),
        CALLED_UP=set(),
    )
    rewrite(
        polling.poll,
        (
            "    to_read = rows\n",
            '    to_read = [row for row in rows if row["carrier_id"] in CALLED_UP]\n',
        ),
    )


@mutant
def report_done_first() -> None:
    """A report counts as settled from the moment it is taken; its lines follow (S02 the other way round)."""
    rewrite(
        reporting.feed,
        (
            "    completed = report if settled",
            "    async with shop.store.begin(company_id) as session:\n"
            "        noted = await _row(session, report, registry.normal, terms)\n"
            "        if settled:\n"
            "            lines = await session.rows(report_lines, report_lines.c.report_id == noted['id'])\n"
            "            done = {line['key'] for line in lines}\n"
            "            return await _fed(session, noted, report, lines, done, noted['state'])\n"
            "        await session.change(reports, reports.c.id == noted['id'], state='done')\n"
            "    completed = report if settled",
        ),
    )
