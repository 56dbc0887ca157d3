"""Mails to people who follow a shipment: the news, the news in force when they begin, and whether they want any.

A mail of news names the newest state and its remark and the shipment's number, nothing else of its history (NTF-011).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from babel.dates import format_date

from ..domain.notices import Told
from ..domain.statuses import Status
from ..domain.visibility import States
from ..ports import Mail
from .languages import nearest, words
from .sheet import Cover, Link, Sheet, mail
from .states import state_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What is followed: its tracking number, the page of its trace, and the link that ends the mails about it.

    Without a link there is none in the mail, which happens only where the engine has no address of its own.
    """

    tracking: str
    states: States
    page: str | None = None
    unsubscribe: str | None = None


def novelty(told: Told, followed: Followed, cover: Cover) -> Mail:
    """The alert: what is new of one shipment, or what is taken back."""
    _ = words(cover.language).gettext
    state = _state(told, followed, cover)
    number = {"number": followed.tracking}
    if told.correction and told.state is Status.UNKNOWN:  # what holds now is not for mailing
        sheet = Sheet(
            subject=_("Correction: shipment %(number)s") % number,
            rows=_rows(followed, cover, (_("Correction"), _("An earlier notice was withdrawn; news follows"))),
        )
    elif told.correction:
        sheet = Sheet(
            subject=_("Correction: %(state)s, shipment %(number)s") % {"state": state, **number},
            paragraphs=(_("Correction: an earlier notice was withdrawn."),),
            rows=_rows(followed, cover, (_("Status now"), state)),
        )
    else:
        sheet = Sheet(
            subject=_("%(state)s: shipment %(number)s") % {"state": state, **number},
            rows=_rows(followed, cover, (_("Status"), state), *_remarks(told, cover)),
        )
    return _news(sheet, told, followed, cover, kind="novelty")


def welcome(told: Told, followed: Followed, cover: Cover, *, ends_at: datetime) -> Mail:
    """The answer to a request to follow, in the style of the alert: the news in force (NTF-092)."""
    _ = words(cover.language).gettext
    state = _state(told, followed, cover)
    until = format_date(ends_at, "long", locale=nearest(cover.language))
    sheet = Sheet(
        subject=_("You follow shipment %(number)s: %(state)s") % {"number": followed.tracking, "state": state},
        paragraphs=(_("You follow this shipment now. We mail you its news until %(date)s.") % {"date": until},),
        rows=_rows(followed, cover, (_("Status"), state), *_remarks(told, cover)),
    )
    return _news(sheet, told, followed, cover, kind="welcome")


def follow_confirm(tracking: str, cover: Cover, *, link: str) -> Mail:
    """Ask whether somebody wants the news that were asked for in his name; the answer is behind the link (NTF-243)."""
    _ = words(cover.language).gettext
    sheet = Sheet(
        subject=_("Please confirm: news of shipment %(number)s") % {"number": tracking},
        paragraphs=(_("Somebody asked us to mail the news of this shipment to you."),),
        rows=((_("Shipment"), tracking),),
        links=(Link(_("Yes, mail me the news"), link),),
        notes=(_("If it was not you, there is nothing to do: without your confirmation we mail no news."),),
    )
    return mail(sheet, cover, kind="follow_confirm")


def _state(told: Told, followed: Followed, cover: Cover) -> str:
    return state_name(told.state, followed.states, cover.language)


def _rows(followed: Followed, cover: Cover, *rows: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    _ = words(cover.language).gettext
    return ((_("Shipment"), followed.tracking), *rows)


def _remarks(told: Told, cover: Cover) -> list[tuple[str, str]]:
    _ = words(cover.language).gettext
    return [(label, text) for label, text in ((_("Reason"), told.reason), (_("Remark"), told.observation)) if text]


def _news(sheet: Sheet, told: Told, followed: Followed, cover: Cover, *, kind: str) -> Mail:
    """Finish a mail of news: with the links to the trace and out."""
    _ = words(cover.language).gettext
    page, stop = followed.page, followed.unsubscribe
    whole = replace(
        sheet,
        links=(Link(_("Track this shipment"), page),) if page else (),
        stop=Link(_("No more mails about this shipment"), stop) if stop else None,
    )
    return mail(whole, cover, kind=kind, headers={"X-Parcelproof-State": told.state.value})
