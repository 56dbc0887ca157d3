"""The label of a consignment, in every file type.

Wire contract: `postal_api_swiss` §2.3 and §6. Service barcodes are printed as words.
"""

import unicodedata

from ...core.world import World
from ...wire.labels.drawing import Drawing
from ...wire.labels.drawing_pdf import pdf_drawings, pdf_unembedded
from ...wire.labels.drawing_zpl import zpl_drawing
from . import logos, settings
from .consignment import Consignment
from .label_layout import Face, drawn
from .messages import sentences
from .numbers import dotted
from .services import Chosen, sort_out
from .shipment import Shipment
from .swiss_time import day

MARKS = {"DE": "DIE POST", "FR": "LA POSTE", "IT": "LA POSTA", "EN": "SWISS POST"}
SENDER_MOST, SENDER_MOST_CUT = 25, 20
WITHOUT_MARK = {"ı": "i", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "–": "-", "œ": "oe", "Œ": "OE"}
TYPES = {  # imageFileType -> (file ending, MIME type)
    "EPS": ("eps", "application/postscript"),
    "GIF": ("gif", "image/gif"),
    "JPG": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "PDF": ("pdf", "application/pdf"),
    "sPDF": ("pdf", "application/pdf"),
    "ZPL2": ("zpl", "application/zpl"),
}


def rendered(drawing: Drawing, file_type: str, dpi: int) -> bytes:
    """Return a drawing in one of the file types; pictures are made by Pillow, loaded when the first is asked for."""
    match file_type:
        case "ZPL2":
            return zpl_drawing(drawing, dpi)
        case "PDF":
            return pdf_drawings((drawing,))
        case "sPDF":
            return pdf_unembedded((drawing,))
    from ...wire.labels import drawing_raster

    make = {
        "PNG": drawing_raster.png,
        "GIF": drawing_raster.gif,
        "JPG": drawing_raster.jpg,
        "EPS": drawing_raster.eps,
    }
    return make[file_type](drawing, dpi)


def label(found: Consignment, file_type: str = "", dpi: int = 0) -> bytes:
    """Return a consignment's label as it was ordered, or in another file type or resolution."""
    return rendered(drawn(face(found), found.layout), file_type or found.file_type, dpi or found.resolution)


def sent(world: World, found: Consignment) -> bytes:
    """Return a consignment's label as the wire has it: ZPL in the letters of a printer's own code page.

    A client in production reads it as code page 437 and adds `^CI28` itself (§6). Letters that the code page has not
    lose their marks, or are "?".
    """
    made = label(found)
    if found.file_type != "ZPL2" or settings.choice(world, "zpl_letters") == "utf-8":
        return made
    text = made.decode().replace("^CI28", "", 1)
    return "".join(letter if _is_known(letter) else _plain(letter) for letter in text).encode("cp437", "replace")


def _is_known(letter: str) -> bool:
    return letter.isascii() or bool(letter.encode("cp437", "ignore"))


def _plain(letter: str) -> str:
    return WITHOUT_MARK.get(letter) or unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode() or "?"


def face(found: Consignment) -> Face:
    """Return what a consignment's label says."""
    shipment = found.shipment
    sender, wanted = shipment.customer, shipment.label_definition.print_addresses or "RECIPIENT_AND_CUSTOMER"
    chosen = sort_out(shipment.item.attributes.przl)
    free = (found.free_text,) if found.free_text else ()
    cut = found.layout == "A6" and found.file_type == "ZPL2" and len(chosen.instructions) == 2
    most = SENDER_MOST_CUT if cut else SENDER_MOST
    shows_sender = wanted in ("ONLY_CUSTOMER", "RECIPIENT_AND_CUSTOMER")
    return Face(
        code=found.ident_code,
        dotted=dotted(found.ident_code),
        mark=MARKS[shipment.language],
        domicile=sender.domicile_post_office,
        version=_version(found),
        instructions=_instructions(shipment, chosen),
        sender=tuple(line[:most] for line in sender.lines()) if shows_sender else (),
        recipient=(*free, *found.lines) if wanted in ("ONLY_RECIPIENT", "RECIPIENT_AND_CUSTOMER") else (),
        services=_services(shipment, chosen),
        notes=_notes(shipment, chosen),
        specimen=shipment.label_definition.print_preview,
        logo=(logos.decoded(sender) or b"") if sender.logo and shows_sender else b"",
        logo_turn=sender.logo_rotation,
        logo_keep=sender.logo_aspect_ratio == "KEEP",
        logo_with_content=sender.logo_horizontal_align == "WITH_CONTENT",
        logo_middle=sender.logo_vertical_align == "MIDDLE",
    )


def _version(found: Consignment) -> str:
    """The tiny line: engine, date, caller, mass."""
    letter = found.shipment.item.attributes.weight
    mass = f" / {letter} g" if letter and found.ident_code.startswith("99") else ""
    return f"WSBC 2.3 / {day(found.made_ms)} / {found.way}{mass}"


def _instructions(shipment: Shipment, chosen: Chosen) -> tuple[str, ...]:
    """Each delivery instruction in the request's language, with what it needs."""
    asked, to = shipment.item.attributes, shipment.item.recipient
    values: dict[int, tuple[object, ...]] = {
        3213: (to.phone or to.mobile,),
        3217: (asked.delivery_date[:10],),
        3218: (asked.parcel_no, asked.parcel_total),
        3219: (asked.delivery_place,),
    }
    language = shipment.language.lower()
    return tuple(
        f"{code}  {sentences()[f'ZAW{code}'][language].format(*values.get(code, ()))}" for code in chosen.instructions
    )


def _services(shipment: Shipment, chosen: Chosen) -> tuple[str, ...]:
    """The codes that have a barcode of their own, cash on delivery with its amount; of a letter all in one box."""
    amount = next((pair.value for pair in shipment.item.additional_data if pair.type.upper() == "NN_BETRAG"), "")
    cash = [f"{code}  CHF {amount}" if code in ("BLN", "N") and amount else code for code in chosen.additional]
    if chosen.basic is not None and chosen.basic.is_letter:
        return (" ".join([*chosen.parts, *cash]),)
    shown = [part for part in chosen.parts if part not in ("ECO", "GAS")] if chosen.basic else []
    return ("GAS",) * ("GAS" in chosen.parts) + (*shown, *cash)


def _notes(shipment: Shipment, chosen: Chosen) -> tuple[str, ...]:
    asked, returns = shipment.item.attributes, shipment.item.attributes.return_info
    notes = []
    if chosen.basic is not None and chosen.basic.is_letter and shipment.pp_franking:
        notes.append("P.P. " + shipment.customer.zip)
    if asked.pro_clima or (chosen.basic is not None and chosen.basic.is_letter):
        notes.append("pro clima")
    if returns is not None:
        notes.append(f"RETOUR {returns.return_service} {returns.customer_id_return_address}".strip())
    if chosen.has("LQ"):
        notes.append("UN " + " ".join(asked.unnumbers))
    return tuple(notes)
