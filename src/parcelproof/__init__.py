"""parcelproof: prove that a shipping connector works before a real carrier sees it."""

__version__: str


def __getattr__(name: str) -> str:
    """Look the version up when it is asked for: reading package metadata costs more than the whole command line."""
    if name == "__version__":
        from importlib.metadata import version

        return version("parcelproof")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
