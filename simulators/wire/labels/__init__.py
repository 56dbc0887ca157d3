"""Shipping labels that scan: one `Label`, rendered as PDF or ZPL."""

from .label import A4, A5, A6, A7, ENGLISH, GERMAN, LABEL_100X150, RUSSIAN, SIZES, Captions, Label, PageSize
from .pdf import pdf, pdf_many
from .sheets import Sheet, broken, pdf_papers, pdf_sheets
from .symbols import Symbology
from .zpl import DPIS, zpl

__all__ = [
    "A4",
    "A5",
    "A6",
    "A7",
    "DPIS",
    "ENGLISH",
    "GERMAN",
    "LABEL_100X150",
    "RUSSIAN",
    "SIZES",
    "Captions",
    "Label",
    "PageSize",
    "Sheet",
    "Symbology",
    "broken",
    "pdf",
    "pdf_many",
    "pdf_papers",
    "pdf_sheets",
    "zpl",
]
