"""Passwords and keys lie sealed in the database, and are opened with the key beside it only."""

import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from parcelproof.reference import settings
from parcelproof.reference.adapters.sealing import MARK, Sealer, WrongKey, sealer
from parcelproof.reference.engine import Engine, Options
from parcelproof.reference.usecases import companies

from .rig import CONFIG

SECRETS = ("hush-mail", "hush-cdek", "hush-alliance")


def with_secrets() -> dict[str, Any]:
    found = {**CONFIG, "smtp": {**CONFIG["smtp"], "password": SECRETS[0]}}
    carriers = CONFIG["carriers"]
    cdek = {**carriers["cdek"], "client_secret": SECRETS[1]}
    return {**found, "carriers": {"cdek": cdek, "mail_alliance": {**carriers["mail_alliance"], "api_key": SECRETS[2]}}}


async def founded(file: Path) -> Options:
    options = Options(port=0, database=f"sqlite:///{file}", admin_token="boss", worker=False)
    engine = Engine(options)
    await engine.start()
    actor = await companies.sign_in(engine.shop, "boss")
    await companies.configure(engine.shop, actor, settings.read(with_secrets(), known=engine.shop.outside.carriers))
    await engine.stop()
    return options


def everything_in(folder: Path) -> bytes:
    return b"".join(found.read_bytes() for found in folder.glob("engine.db*"))


def lose_key(key: Path) -> int:
    """Remove a key and return what its file allowed to whom."""
    mode = stat.S_IMODE(key.stat().st_mode)
    key.unlink()
    return mode


async def test_no_secret_lies_open_in_the_file_and_a_restart_reads_them(tmp_path: Path) -> None:
    file = tmp_path / "engine.db"
    options = await founded(file)
    (config,) = sqlite3.connect(file).execute("SELECT config FROM companies").fetchone()
    assert config.count(MARK) == 3
    for secret in SECRETS:
        assert secret.encode() not in everything_in(tmp_path)
    engine = Engine(options)
    await engine.start()
    async with engine.store.read(1) as session:
        found = (await engine.shop.ports(session)).config
    await engine.stop()
    assert found.smtp is not None and found.smtp.password == SECRETS[0]
    assert {account.client_secret or account.api_key for account in found.carriers.values()} == set(SECRETS[1:])


async def test_the_key_is_its_owners_alone_and_another_opens_nothing(tmp_path: Path) -> None:
    file = tmp_path / "engine.db"
    options = await founded(file)
    assert lose_key(Path(f"{file}.key")) == 0o600
    engine = Engine(options)  # makes a new key
    with pytest.raises(WrongKey, match="does not open this database's secrets; give the one that sealed them"):
        await engine.start()
    await engine.stop()


@pytest.mark.parametrize("content", [b"", b"hush", b"x" * 44, b"\xff" * 44])
def test_a_file_that_is_no_key_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "some.key"
    file.write_bytes(content)
    with pytest.raises(WrongKey, match="holds no key of this engine"):
        sealer(file)
    assert file.read_bytes() == content


def test_a_place_where_no_file_can_be_made_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WrongKey, match="cannot be made"):
        sealer(tmp_path / "no-folder" / "some.key")


def test_what_was_stored_before_there_was_a_key_is_read_as_it_stands(tmp_path: Path) -> None:
    made = sealer(tmp_path / "some.key")
    assert made.unseal("hush") == "hush"
    sealed = made.seal("hush")
    assert made.unseal(sealed) == "hush" and made.seal("hush") != sealed
    with pytest.raises(WrongKey):
        made.unseal(sealed[:-2] + "AA")
    assert isinstance(made, Sealer)
