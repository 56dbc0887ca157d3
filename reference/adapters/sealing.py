"""Secrets sealed for the database with a key that does not lie in it (Fernet: AES-128-CBC with HMAC-SHA-256)."""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

MARK = "sealed:"


class WrongKey(Exception):
    """The key cannot be used; the message is one sentence that says what to do."""


class Sealer:
    """Seals and opens texts. What was stored before there was a key is read as it stands."""

    def __init__(self, key: bytes, where: str) -> None:
        try:
            self._fernet = Fernet(key)
        except ValueError as error:
            raise WrongKey(f"{where} holds no key of this engine; give the file that it made, or remove it.") from error
        self._where = where

    def seal(self, text: str) -> str:
        return MARK + self._fernet.encrypt(text.encode()).decode("ascii")

    def unseal(self, stored: str) -> str:
        if not stored.startswith(MARK):
            return stored
        try:
            return self._fernet.decrypt(stored.removeprefix(MARK).encode()).decode()
        except InvalidToken as error:
            sentence = f"The key in {self._where} does not open this database's secrets; give the one that sealed them."
            raise WrongKey(sentence) from error


def sealer(file: Path) -> Sealer:
    """Return what seals with the key in a file, which is made for its owner alone when it is not there.

    Raises:
        WrongKey: the file cannot be read or made, or holds something else.
    """
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    except OSError as error:
        raise WrongKey(f"The key file {file} cannot be made ({error.strerror}); name another one.") from error
    else:
        with os.fdopen(descriptor, "wb") as new:
            new.write(Fernet.generate_key())
    try:
        return Sealer(file.read_bytes().strip(), str(file))
    except OSError as error:
        raise WrongKey(f"The key file {file} cannot be read ({error.strerror}).") from error
