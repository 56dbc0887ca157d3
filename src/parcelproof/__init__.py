"""parcelproof: prove that a shipping connector works before a real carrier sees it."""

from importlib.metadata import version

__version__ = version("parcelproof")
