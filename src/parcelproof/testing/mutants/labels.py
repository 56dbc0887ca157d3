"""Bugs of the area labels; `conformance/mutants/labels.toml` says which requirements each must fail."""

from parcelproof.reference.adapters.cdek import bodies as cdek
from parcelproof.reference.adapters.cdek.adapter import CdekAdapter
from parcelproof.reference.adapters.mail_alliance import bodies as mail_alliance
from parcelproof.reference.http import views
from parcelproof.reference.usecases import booking, ordering

from .patching import mutant, rewrite


@mutant
def label_size_of_base64() -> None:
    """The size of a label is that of its base64 text."""
    rewrite(views._label, ('len(label["content"])', '4 * -(-len(label["content"]) // 3)'))


@mutant
def last_label_for_all() -> None:
    """Whichever order is asked for, the label made last comes out."""
    rewrite(booking.label_of, ('session.row(labels, labels.c.shipment_id == shipment["id"])', "session.row(labels)"))


@mutant
def label_stamped_at_read() -> None:
    """Each read of a label writes a mark of its own into it."""
    rewrite(
        booking.label_of,
        (
            'label["content"])',
            'label["content"] + b"\\n% read " + __import__("os").urandom(8).hex().encode() + b"\\n%%EOF")',
        ),
    )


@mutant
def zpl_asked_pdf_given() -> None:
    """Labels are PDF, whatever format the shop set."""
    rewrite(booking.book, ("label_format = ports.config.label_format", "label_format = LabelFormat.PDF"))


@mutant
def carrier_id_as_number() -> None:
    """An order shows the carrier's internal id as its tracking number."""
    rewrite(
        views._order,
        (
            '"tracking_number": numbers[-1] if numbers else None',
            '"tracking_number": sent[-1]["carrier_id"] if numbers else None',
        ),
    )


@mutant
def mass_in_kilograms() -> None:
    """The mass is sent in started kilograms."""
    for body in (cdek.measures, mail_alliance.package):
        rewrite(body, ("parcel.mass_g", "-(-parcel.mass_g // 1000) * 1000"))


@mutant
def centimetres_cut() -> None:
    """A started centimetre is cut off instead of counted."""
    rewrite(cdek.measures, ("(-(-side // 10) for side", "(side // 10 or 1 for side"))


@mutant
def family_name_left_out() -> None:
    """Only the first word of a recipient's name is sent."""
    rewrite(cdek.contact, ("party.name[:TEXT_CHARS]", 'party.name.partition(" ")[0]'))
    rewrite(mail_alliance.address, ('"name": plain(party.name)', '"name": plain(party.name).partition(" ")[0]'))


@mutant
def house_number_left_out() -> None:
    """A parcel is sent to the street, without the number of the house."""
    rewrite(cdek.location, ("street(party)", "party.street"))
    rewrite(mail_alliance.address, ('"house_number": party.house_number', '"house_number": ""'))


@mutant
def removal_believed() -> None:
    """An order is called off as soon as CDEK has taken its removal in, whatever becomes of that."""
    rewrite(CdekAdapter.cancel, ("await self._remove(carrier_id)", "return await self._remove(carrier_id)"))


@mutant
def cancelled_here_only() -> None:
    """An order is called off in the shop, and the carrier never hears of it."""
    rewrite(ordering.cancel, ("untouched = row", "untouched = True or row"))


@mutant
def cancelled_after_the_scan() -> None:
    """An order is called off though the carrier holds the goods."""
    rewrite(ordering.cancel, ('shipment["status"] != Status.ANNOUNCED', "False"))
