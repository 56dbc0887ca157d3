"""A real Postfix of a test's own: in a folder of its own, on loopback, for who signs in behind TLS.

Mail for `example.org` is put into Maildirs, where a test reads it as its recipient would. Postfix writes its log to a
pipe; waiting is reading it, so nothing here polls or sleeps.
"""

import asyncio
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

from ...needed import missing
from .beside import HOST, Judge, judging

USER, PASSWORD = "alerts@shop.example", "correct horse"
DOMAINS = ("example.org", "xn--bcher-kva.example")
READERS = ("erika", "anna", "bob")
NOBODY = 65_534  # who the mailboxes belong to
LONGEST_S = 60.0  # before a test fails rather than waits for ever
LIB = "/usr/lib/postfix/sbin"
OWN = (  # folders that belong to Postfix's own user
    "data", "queue/active", "queue/bounce", "queue/corrupt", "queue/defer", "queue/deferred", "queue/flush",
    "queue/hold", "queue/incoming", "queue/private", "queue/public", "queue/saved", "queue/trace",
)  # fmt: skip
QUEUES = ("incoming", "active", "deferred", "hold")

MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = /dev/stdout
inet_interfaces = {host}
inet_protocols = ipv4
myhostname = mx.example.org
mydestination =
mynetworks =
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {home}/mail
virtual_mailbox_maps = texthash:{home}/readers
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
smtpd_tls_cert_file = {home}/server.pem
smtpd_tls_key_file = {home}/server.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_path = smtpd
cyrus_sasl_config_path = {home}/conf/sasl
smtpd_sender_login_maps = texthash:{home}/senders
smtpd_client_restrictions = permit_sasl_authenticated, reject
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_recipient_restrictions = reject_unauth_destination, reject_unlisted_recipient,
    check_policy_service unix:{home}/judge
smtpd_end_of_data_restrictions = check_policy_service unix:{home}/judge
smtpd_error_sleep_time = 0
"""
MASTER = """
{host}:{port} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
{host}:{wrapped_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
SASL = """
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {home}/conf/sasl/passwords
mech_list: PLAIN LOGIN CRAM-MD5
"""


class Postfix:
    """One Postfix. It may be killed and started again: its ports, queue and mailboxes stay."""

    def __init__(self, home: Path, port: int, wrapped_port: int) -> None:
        self.port = port  # STARTTLS
        self.wrapped_port = wrapped_port  # TLS from the first byte
        self.log: list[str] = []
        self._home = home
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._said = asyncio.Event()

    async def start(self) -> None:
        """Start it, or start it again; return when it listens."""
        begun = len(self.log)
        words = [f"{LIB}/master", "-c", str(self._home / "conf"), "-s"]
        self._process = await asyncio.create_subprocess_exec(
            *words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        )
        self._reading = asyncio.create_task(self._read(self._process))
        await self.until(lambda: not self.alive or any("daemon started" in row for row in self.log[begun:]))
        assert self.alive, "\n".join(["Postfix does not start:", *self.log[begun:]])

    @property
    def alive(self) -> bool:
        """Whether any of its processes holds the log's pipe."""
        return self._reading is not None and not self._reading.done()

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for row in process.stdout:
            self.log.append(row.decode(errors="replace").rstrip())
            self._said.set()
        await process.wait()

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait until something holds; looked at whenever Postfix logs a line, or ends."""
        async with asyncio.timeout(LONGEST_S):
            while not done():
                self._said.clear()
                waiting = asyncio.create_task(self._said.wait())
                await asyncio.wait({waiting, *filter(None, [self._reading])}, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()

    def waiting(self) -> list[str]:
        """Return the mails that it took and has not delivered, as files of its queue.

        Read in the order in which a mail goes through them, so that none slips by. One that is still being written is
        not executable (Postfix's own mark), and nobody was told that it was taken.
        """
        found = []
        for queue in QUEUES:
            for path in (self._home / "queue" / queue).rglob("*"):
                with suppress(FileNotFoundError):  # it moved on
                    mode = path.stat().st_mode
                    found += [f"{queue}/{path.name}"] * (stat.S_ISREG(mode) and bool(mode & stat.S_IXUSR))
        return found

    async def delivered(self) -> None:
        """Wait until nothing is left in the queue."""
        await self.until(lambda: not self.waiting())

    def mails(self, reader: str) -> list[bytes]:
        """Return what lies in a reader's mailbox, with CRLF, in no order. `reader`: the name of a mailbox."""
        paths = (self._home / "mail" / reader / "new").glob("*")
        return [path.read_bytes().replace(b"\n", b"\r\n") for path in paths]

    def strike(self) -> None:
        """Send SIGKILL to all its processes."""
        assert self._process is not None
        with suppress(ProcessLookupError):  # it ended by itself
            os.killpg(self._process.pid, signal.SIGKILL)

    async def kill(self) -> None:
        """End all its processes by SIGKILL; return when the last is gone."""
        if self.alive:
            self.strike()
            await self.until(lambda: not self.alive)


@asynccontextmanager
async def running(certificate: Path, judge: Judge) -> AsyncIterator[Postfix]:
    """Run a Postfix, and a judge whom it asks whether it may take a recipient, and a mail.

    certificate: a file with a key and its certificate.
    """
    if shutil.which("master", path=LIB) is None or shutil.which("saslpasswd2") is None:
        missing("postfix", f"there is no {LIB}/master or no saslpasswd2 (Debian: postfix, sasl2-bin)")
    if os.geteuid() != 0:
        missing("postfix", "only root can start it")
    home = Path(tempfile.mkdtemp(prefix="pp-mx-"))  # pytest's own folders are closed to Postfix's users
    try:
        with _held_ports(2) as (port, wrapped_port):
            _furnish(home, certificate)
            _write(home / "conf/master.cf", MASTER.format(host=HOST, port=port, wrapped_port=wrapped_port))
            post = Postfix(home, port, wrapped_port)
            async with judging(home / "judge", judge):
                try:
                    await post.start()
                    yield post
                finally:
                    await post.kill()
    finally:
        shutil.rmtree(home)


def _furnish(home: Path, certificate: Path) -> None:
    """Lay out the folders, configuration, mailboxes and login of a Postfix."""
    home.chmod(0o755)
    for name in ("conf/sasl", "queue/pid", "mail", *OWN):
        (home / name).mkdir(parents=True)
    for name in OWN:
        shutil.chown(home / name, "postfix")
    os.chown(home / "mail", NOBODY, NOBODY)
    config = MAIN.format(home=home, host=HOST, domains=" ".join(DOMAINS), nobody=NOBODY)
    _write(home / "conf/main.cf", config)
    _write(home / "readers", "".join(f"{name}@{domain} {name}/\n" for domain in DOMAINS for name in READERS))
    _write(home / "senders", f"{USER} {USER}\n")
    (home / "server.pem").write_bytes(certificate.read_bytes())
    (home / "conf/sasl/smtpd.conf").write_text(SASL.format(home=home))
    user, _, realm = USER.partition("@")
    passwords = home / "conf/sasl/passwords"
    words = ["saslpasswd2", "-p", "-c", "-f", str(passwords), "-u", realm, user]
    subprocess.run(words, input=PASSWORD.encode(), check=True, timeout=LONGEST_S)
    shutil.chown(passwords, "postfix")


def _write(path: Path, text: str) -> None:
    """Write a file that looks old: Postfix reads one that is new again and again, until it has not changed for long."""
    path.write_text(text)
    os.utime(path, (0, 0))


@contextmanager
def _held_ports(count: int) -> Iterator[list[int]]:
    """Keep ports of the system's choice for a Postfix, which can't take any that is free, also while it is dead.

    A port that is bound and not listened on goes to nobody who wants any port; it does go to who wants this one, where
    both say SO_REUSEADDR, as Postfix does (Linux).
    """
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for held in sockets:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind((HOST, 0))
        yield [held.getsockname()[1] for held in sockets]
