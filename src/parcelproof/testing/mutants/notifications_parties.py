"""Bugs of parties and requests to fetch; `conformance/mutants/notifications.toml` says what each must fail."""

from parcelproof.reference.domain import notices
from parcelproof.reference.storage import tables
from parcelproof.reference.usecases import fetching, issuing, parties

from .patching import mutant, rewrite

TOLD_AGAIN = """        if row["state"] == Stage.APPROVED:
            content = {"orders": [order["number"]], "number": order["number"]}
            content |= {"branch": row["branch"], "token": row["token"]}
            key = f"{row['id']}/again"
            await write(session, Writing("pickup_approved", key, row["email"], "en", content))
"""
FROM_THE_DRAFT = """    found, _ = await follow(session, order, told, shop.outside.token())
    mine = subscriptions.c.uid == found["id"]
    began = order["placed_at"]
    await session.change(subscriptions, mine, requested_at=began, ends_at=ends_at(began))"""


@mutant
def every_contact_follows() -> None:
    """Contacts follow whether they are ticked or not."""
    rewrite(parties.ticked, (", contacts.c.wants_information.is_(True))", ")"))


@mutant
def one_contact_follows() -> None:
    """Of several ticked contacts one follows."""
    rewrite(
        issuing._wanting,
        (
            "for contact in (await ticked(session, name) if name else ())",
            "for contact in (await ticked(session, name) if name else [])[:1]",
        ),
    )


@mutant
def recipients_tick_unread() -> None:
    """The tick of an occasional recipient is passed over."""
    rewrite(issuing._wanting, ("if content.wants_information and", "if False and"))


@mutant
def nobody_is_asked() -> None:
    """The screen at issuing is never shown."""
    rewrite(issuing.issue, ("if config.ask_on_issue and", "if False and"))


@mutant
def always_asked() -> None:
    """The screen at issuing is shown whatever the setting says."""
    rewrite(issuing.issue, ("if config.ask_on_issue and", "if"))


@mutant
def registered_parties_asked_for() -> None:
    """The screen asks for registered parties too."""
    rewrite(
        parties.unregistered,
        ('if name not in known and (name or party == "recipient")', 'if name or party == "recipient"'),
    )


@mutant
def a_bad_address_holds_up() -> None:
    """A ticked contact without an address is passed over in silence."""
    rewrite(issuing._let_follow, ('        await note(session, order["id"], sentence)\n', "        _ = sentence\n"))


@mutant
def approvals_told_at_each_act() -> None:
    """Each approval writes a mail, the second of one request too."""
    asked = '        if row["state"] == Stage.ASKED:\n'
    rewrite(fetching.approve, (asked, TOLD_AGAIN + asked))


@mutant
def branch_not_named() -> None:
    """The mail on an approval names the company's branch as «us»."""
    rewrite(fetching.tell_approved, ('"branch": row["branch"]}', '"branch": "us"}'))


@mutant
def approval_told_to_the_recipient() -> None:
    """Nobody is told of an approval."""
    rewrite(
        fetching.tell_approved,
        ('    await write(session, Writing("pickup_approved"', '    _ = (session, Writing("pickup_approved"'),
    )


@mutant
def all_confirmations_to_one() -> None:
    """The mail on confirmed requests names those of all requesters, and goes to the first."""
    rewrite(fetching._tell_confirmed, ('told.setdefault(email_key(row["email"]), [])', 'told.setdefault("", [])'))


@mutant
def confirmed_again_and_again() -> None:
    """Requests that were confirmed before count again."""
    rewrite(fetching.confirm, ('if row["state"] == Stage.APPROVED]', "]"))


@mutant
def acts_need_a_mail_account() -> None:
    """Without a mail account nothing is said on the order."""
    rewrite(fetching.approve, ('                await note(session, order["id"], NO_MAIL)\n', "                pass\n"))
    rewrite(fetching.tell_approved, ("        await note(session, order_id, NO_MAIL)\n", ""))
    rewrite(
        fetching._tell_confirmed, ('            await note(session, row["order_id"], NO_MAIL)\n', "            pass\n")
    )


@mutant
def days_from_the_draft() -> None:
    """An automatic subscription counts from when the order was placed."""
    names = {"subscriptions": tables.subscriptions, "ends_at": notices.ends_at}
    own = "    await follow(session, order, told, shop.outside.token())"
    rewrite(issuing._let_follow, (own, FROM_THE_DRAFT), **names)


@mutant
def customers_are_not_told() -> None:
    """Of approvals only requests that staff typed are told."""
    known = "    if order is None or row is None:\n"
    typed = "    if order is None or row is None or order['content'].get('customer'):\n"
    rewrite(fetching.tell_approved, (known, typed))
