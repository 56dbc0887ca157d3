"""Bugs of what Swiss Post is to tell; `conformance/mutants/notifications.toml` says what each must fail."""

from parcelproof.reference.adapters.swiss_post import adapter, bodies
from parcelproof.reference.domain import carrier_notices
from parcelproof.reference.domain.orders import Order
from parcelproof.reference.usecases import issuing

from .patching import mutant, put, rewrite

WITH_MAIL = "if email"
SENDER_FIRST = "email = (sender if kind in choice.for_sender else parcel.recipient).email"


@mutant
def accounts_choice_for_all() -> None:
    """The account's choice is told for every shipment, whatever its order says."""
    rewrite(Order.parcel, ("notices=self.notices or notices,", "notices=notices or self.notices,"))


@mutant
def notices_unasked() -> None:
    """An order confirmation is told though nothing was chosen."""
    rewrite(
        bodies.notifications,
        ("    if choice is None:\n        return []\n", "    if choice is None:\n        choice = NoticeChoice()\n"),
    )


@mutant
def notices_left_out() -> None:
    """What is to be told is left out of the label call."""
    rewrite(bodies.notifications, ("    if choice is None:\n", "    if True:\n"))


@mutant
def handover_told_to_the_recipient() -> None:
    """The handover status goes to the recipient."""
    rewrite(bodies.notifications, (SENDER_FIRST, "email = parcel.recipient.email"))


@mutant
def confirmation_told_to_the_sender() -> None:
    """Every notice goes to the sender."""
    rewrite(bodies.notifications, (SENDER_FIRST, "email = sender.email"))


@mutant
def kinds_without_their_services() -> None:
    """The services that Saturday delivery and exchange need are not asked for."""
    rewrite(bodies.added, ("if kind in ADDED]", "if False]"))


@mutant
def saturday_alone() -> None:
    """The service that Saturday delivery needs is not asked for."""
    put(bodies.ADDED, carrier_notices.Kind.SATURDAY_DELIVERY, "SI")


@mutant
def text_with_every_kind() -> None:
    """A free text goes with every kind."""
    rewrite(bodies._notification, ("    if kind in CARRIES_TEXT:\n", "    if True:\n"))


@mutant
def texts_in_wrong_order() -> None:
    """The second free text stands where the first belongs."""
    texts = '{{"freeText1": choice.{}, "freeText2": choice.{}}}'
    swapped = texts.format("second_text", "text_1")
    rewrite(bodies._notification, (texts.format("text_1", "second_text"), swapped))


@mutant
def texts_counted_in_bytes() -> None:
    """The length of a text is counted in bytes."""
    rewrite(carrier_notices.refuse_wrong, ("if len(text) > most:", "if len(text.encode()) > most:"))


@mutant
def one_more_character() -> None:
    """A text may have one character more than the carrier takes."""
    rewrite(carrier_notices.refuse_wrong, ("if len(text) > most:", "if len(text) > most + 1:"))


@mutant
def a_text_nobody_wrote() -> None:
    """Without free texts the name of the sender is told as one."""
    rewrite(bodies._notification, ('"freeText1": choice.text_1,', '"freeText1": choice.text_1 or "Ihre Bestellung",'))


@mutant
def sender_not_named() -> None:
    """The name that the sender chose is not told."""
    rewrite(bodies.customer, ("    if told_name:\n", "    if False:\n"))


@mutant
def looks_left_out() -> None:
    """Logo and link are not told."""
    rewrite(bodies._notification, ("    if choice.logo:", "    if False:"))


@mutant
def any_logo_taken() -> None:
    """A logo of any type is taken."""
    rewrite(carrier_notices.refuse_wrong, ("    if choice.logo and not", "    if False and not"))


@mutant
def always_in_german() -> None:
    """The notice is in German, whatever was asked."""
    rewrite(bodies._notification, ('"language": choice.language.upper(),', '"language": "DE",'))


@mutant
def controls_with_any_kind() -> None:
    """Control options are taken with any kind."""
    rewrite(
        carrier_notices.refuse_wrong,
        ("if choice.controls and not CARRIES_CONTROLS", "if False and not CARRIES_CONTROLS"),
    )


@mutant
def all_controls_offered() -> None:
    """Where one control option is chosen, all four are offered."""
    rewrite(bodies._notification, ("for control in choice.controls]", "for control in (10, 14, 18, 20)]"))


@mutant
def controls_not_shown() -> None:
    """What a recipient changed is not shown to the sender."""
    rewrite(adapter._story, ("controls_used=reading.controls(detail)", "controls_used=()"))


@mutant
def any_number_is_a_kind() -> None:
    """Kinds are not looked at: the carrier may judge them."""
    rewrite(carrier_notices.refuse_wrong, ("if len(set(codes)) != len(codes):", "if False:"))


@mutant
def reminder_left_out() -> None:
    """A reminder is never asked for."""
    rewrite(bodies.notifications, (WITH_MAIL, f"{WITH_MAIL} and kind != 32"))


@mutant
def delivery_information_left_out() -> None:
    """Delivery information is never asked for."""
    rewrite(bodies.notifications, (WITH_MAIL, f"{WITH_MAIL} and kind != 2"))


@mutant
def handover_left_out() -> None:
    """The handover status is never asked for."""
    rewrite(bodies.notifications, (WITH_MAIL, f"{WITH_MAIL} and kind != 64"))


@mutant
def goods_claimed() -> None:
    """The sender's message says that the carrier has the goods."""
    claim = 'choice.text_1 or "We have received your parcel."'
    rewrite(bodies._notification, ('"freeText1": choice.text_1,', f'"freeText1": {claim},'))


@mutant
def verification_claimed() -> None:
    """The sender's message says that the carrier has checked the address."""
    claim = 'choice.text_1 or "Swiss Post has verified your address."'
    rewrite(bodies._notification, ('"freeText1": choice.text_1,', f'"freeText1": {claim},'))


@mutant
def kept_at_the_counter() -> None:
    """Where collection information is chosen, the parcel is kept at the counter, for there to be something to tell."""
    line = '{"addressSuffix": "Poste restante"} if parcel.notices and 4 in parcel.notices.kinds else {}'
    usual = '"recipient": recipient(parcel.recipient)'
    rewrite(bodies.request, (f"{usual},", f"{usual} | ({line}),"))


@mutant
def every_kind_by_economy() -> None:
    """All parcels go by economy, whatever kinds were chosen."""
    rewrite(bodies.services, ("CARRIED[service].issuperset(kinds)", "service == 'ECO'"))


@mutant
def whoever_is_told_follows() -> None:
    """Recipients whom the carrier tells are made followers too."""
    person = (
        "{'first_name': '', 'last_name': to.name, 'email': to.email, 'origin': 'occasional', 'of': 'the recipient'}"
    )
    rewrite(
        issuing.issue,
        (
            "    for person in await _wanting(session, order):\n",
            "    to, telling = content_of(order).recipient, config.carriers[shipment['carrier']].notices\n"
            f"    for person in [*await _wanting(session, order), *([{person}] if telling else [])]:\n",
        ),
    )


@mutant
def address_without_its_mail() -> None:
    """The recipient's mail address goes to the carrier with notices only, not with his address."""
    rewrite(bodies.recipient, ('party.email if len(party.email) <= 160 else ""', '""'))
