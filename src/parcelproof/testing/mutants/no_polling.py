"""Carriers are never read: what no webhook brought is never known."""

from parcelproof.reference.usecases import polling

from .patching import rewrite

NEVER = "work.again(now + timedelta(days=400), fresh=True)"


def apply() -> None:
    rewrite(
        polling.poll,
        ("to_read = open_for_polls(rows, now, unfinished)", f"{NEVER}; return await work.close()"),
    )
