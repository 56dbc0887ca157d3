"""Which mail a mail is: the same id however often it is tried (NTF-202)."""

from uuid import UUID, uuid5

NAMESPACE = UUID("6f0a3c1e-52f1-5d0b-9f0e-3a6f0c1e7d52")


def message_id(sender: str, subscription: str, event_id: str) -> str:
    """Return the Message-ID of one novelty for one subscription: the same at every try (NTF-202)."""
    domain = sender.rpartition("@")[2] or "localhost"
    return f"<{uuid5(NAMESPACE, f'{subscription}/{event_id}').hex}@{domain}>"
