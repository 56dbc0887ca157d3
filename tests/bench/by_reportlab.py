"""The same label drawn the usual way: reportlab's canvas, its TrueType subsetting and its own barcode widgets.

Its Data Matrix widget makes one fixed size only, so its QR code stands in for it.
"""

import io
from importlib.resources import files

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from parcelproof.simulators.wire.labels import Label, layout

FACES = {False: "regular", True: "bold"}


def register_fonts() -> None:
    """Read the two fonts once, as a careful user of reportlab does."""
    for name in FACES.values():
        path = files("parcelproof.simulators.wire.labels") / "fonts" / f"{name}.ttf"
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(path.read_bytes())))


def draw(label: Label) -> bytes:
    """Return a PDF of one page; texts are neither fitted nor cut."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(layout.WIDTH_MM * mm, layout.HEIGHT_MM * mm))
    shop = layout.shop(label)
    for box in (layout.FRAME, *layout.boxes(cod=shop.cod, specimen=shop.specimen)):
        filled = box is not layout.FRAME
        y = (layout.HEIGHT_MM - box.y_mm - box.height_mm) * mm
        canvas.rect(box.x_mm * mm, y, box.width_mm * mm, box.height_mm * mm, stroke=not filled, fill=filled)
    for slot, text in (*layout.shop_lines(shop), *layout.lines(label)):
        if text:
            canvas.setFillGray(1 if slot.white else 0)
            canvas.setFont(FACES[slot.bold], slot.size_pt)
            write = canvas.drawCentredString if slot.anchor else canvas.drawString
            write(slot.x_mm * mm, (layout.HEIGHT_MM - slot.y_mm) * mm, text)
    code = Code128(label.number, barWidth=0.5 * mm, barHeight=layout.CODE.height_mm * mm, quiet=0)
    code.drawOn(canvas, (layout.WIDTH_MM * mm - code.width) / 2, 15 * mm)
    picture = Drawing(9 * mm, 9 * mm)
    picture.add(QrCodeWidget(label.matrix, barWidth=9 * mm, barHeight=9 * mm))
    renderPDF.draw(picture, canvas, 85 * mm, 4 * mm)
    canvas.showPage()
    canvas.save()
    return out.getvalue()
