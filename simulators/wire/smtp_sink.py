"""The SMTP sink: takes every mail, delivers none, keeps each in the mailbox of a tenant.

Which tenant: the login name, under the same rule as at the carriers (the first secret seen is kept); without a login
the only tenant there is. Whatever is answered 250 has been kept; whatever is not kept is refused with one sentence.
"""

import asyncio
import logging
from collections import defaultdict
from ssl import SSLContext
from typing import Any

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session

from ..core.errors import Rejected
from ..core.world import World
from . import mailbox
from .feed import Feed
from .tenants import TenantError, Tenants

log = logging.getLogger(__name__)

CARRIER = "smtp"  # what credentials for the mailbox are kept under, beside those of the carriers
SIZE_LIMIT_BYTES = 10 * 1_048_576
RECIPIENTS = 1_000  # of one mail
CONNECTIONS = 100  # of one server at a time
COMMAND_LETTERS = 512
LINE_LIMIT_BYTES = 65_536  # a line that goes on for longer ends the connection
CALLS = {"*": 20, **dict.fromkeys(("MAIL", "RCPT", "DATA", "RSET", "NOOP"), 1_000_000)}  # on one connection
NAME_LETTERS = 200
SECRET_LETTERS = 500
HOSTNAME = "parcelproof.example"


class Draft(Envelope):
    """A mail under way, and whose mailbox it goes to."""

    tenant = ""
    mail_from: str = ""  # "<>" is the null sender


class SmtpSink:
    """What aiosmtpd asks, and the connections that are open. Not global: tests run many.

    `open_to_network` asks every client to log in. `context` offers STARTTLS; beyond loopback a login waits for it.
    """

    def __init__(
        self,
        tenants: Tenants,
        *,
        context: SSLContext | None = None,
        open_to_network: bool = False,
        feed: Feed | None = None,
    ) -> None:
        self._tenants = tenants
        self._feed = Feed() if feed is None else feed
        self._context = context
        self._open_to_network = open_to_network
        self._live: set[Connection] = set()
        _hush()

    def connection(self) -> "Connection":
        """Return the protocol of one more connection, for `create_server`."""
        return Connection(
            self,
            self._live,
            data_size_limit=SIZE_LIMIT_BYTES,
            enable_SMTPUTF8=True,
            hostname=HOSTNAME,
            ident="parcelproof keeps every mail and delivers none",
            tls_context=self._context,
            auth_require_tls=self._open_to_network,
            authenticator=self.authenticate,
            command_call_limit=CALLS,
            loop=asyncio.get_running_loop(),
        )

    async def close(self) -> None:
        """End the connections that are still open."""
        tasks = [task for live in tuple(self._live) if (task := live.end()) is not None]
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- who it is

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword
    ) -> AuthResult:
        refused = self._world(login)
        if isinstance(refused, str):
            return AuthResult(success=False, handled=False, message=refused)
        return AuthResult(success=True, auth_data=login)

    def _world(self, login: LoginPassword | None) -> World | str:
        """Return the world whose mailbox a client may fill, or the line that refuses it."""
        if login is None:
            return self._only_world()
        try:
            name, secret = login.login.decode(), login.password.decode()
        except UnicodeDecodeError:
            return "535 5.7.8 The login name and the password must be UTF-8"
        if not (name.isprintable() and 0 < len(name) <= NAME_LETTERS):
            return f"535 5.7.8 The login name is the tenant's name: 1 to {NAME_LETTERS} letters, no control characters"
        if len(secret) > SECRET_LETTERS:
            return f"535 5.7.8 The password has {len(secret)} letters; at most {SECRET_LETTERS} are allowed"
        try:
            return self._tenants.open(CARRIER, name, secret)
        except Rejected:
            return "535 5.7.8 This login name is known with another password"

    def _only_world(self) -> World | str:
        names = [world.name for world in self._tenants]
        if len(names) == 1 and not self._open_to_network:
            return self._tenants.find(names[0])
        found = "there is no tenant yet" if not names else f"there are {len(names)} tenants"
        if self._open_to_network:
            found = "this server listens beyond loopback"
        return f"530 5.7.0 Log in with the name of a tenant (AUTH PLAIN or LOGIN): {found}"

    # -- what aiosmtpd calls

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Draft, address: str, options: list[str]
    ) -> str:
        found = self._world(session.auth_data if session.authenticated else None)
        if isinstance(found, str):
            return found
        if trouble := _trouble(address):
            return trouble
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        envelope.tenant = found.name
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Draft, address: str, options: list[str]
    ) -> str:
        if trouble := _trouble(address):
            return trouble
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return f"452 4.5.3 One mail may have {RECIPIENTS} recipients, no more"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Draft) -> str:
        assert isinstance(envelope.content, bytes)
        sender = "" if envelope.mail_from == "<>" else envelope.mail_from
        try:
            world = self._tenants.find(envelope.tenant)
        except TenantError:
            return "550 5.1.1 The tenant was deleted before the mail was complete"
        mail = mailbox.keep(world, sender, envelope.rcpt_tos, envelope.content)
        self._feed.touch(world.name)
        return f"250 2.0.0 Kept as mail {mail.id}"

    async def handle_exception(self, error: Exception) -> str:
        log.error("a mail broke the SMTP sink", exc_info=error)
        return "451 4.3.0 The simulator broke: see its log"


class Connection(SMTP):
    """One client. Adds to aiosmtpd: how many may come, how long a line may grow, and an end when the server stops."""

    def __init__(self, sink: SmtpSink, live: "set[Connection]", **options: Any) -> None:
        self.command_size_limits = defaultdict(lambda: COMMAND_LETTERS)  # aiosmtpd's own is shared by all connections
        super().__init__(sink, **options)
        self._live = live
        self._turned_away = False
        self._line_bytes = 0
        self._last = b""

    def _create_envelope(self) -> Draft:
        return Draft()

    def connection_made(self, transport: Any) -> None:
        if len(self._live) >= CONNECTIONS and self not in self._live:
            self._turned_away = True
            transport.write(f"421 4.7.0 {CONNECTIONS} connections are open, no more are taken\r\n".encode())
            transport.close()
            return
        self._live.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._turned_away:
            self._live.discard(self)
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return False if self._turned_away else super().eof_received()

    def data_received(self, data: bytes) -> None:
        """Take bytes in, unless they are part of a line without an end: aiosmtpd would gather it all in memory."""
        if self._turned_away:
            return
        seen = self._last + data
        end = seen.rfind(b"\r\n")
        self._line_bytes = self._line_bytes + len(data) if end < 0 else len(seen) - end - 2
        self._last = data[-1:]
        if self._line_bytes > LINE_LIMIT_BYTES and self.transport is not None:
            self._writer.write(f"500 5.5.6 The line goes on for {LINE_LIMIT_BYTES} bytes\r\n".encode())
            self.transport.close()
            return
        super().data_received(data)

    def end(self) -> "asyncio.Task[None] | None":
        """Close the connection and return its task, to be waited for."""
        if self.transport is not None:
            self.transport.close()
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()
        task: asyncio.Task[None] | None = self._handler_coroutine
        return task

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Parse an address; one at which Python's own parser breaks is malformed, as is one that it refuses."""
        try:
            return super()._getaddr(arg)
        except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
            return None, None

    async def smtp_VRFY(self, arg: str | None) -> None:
        await self.push("252 2.1.5 Nobody is looked up here; mail to anyone is kept")

    async def challenge_auth(self, *args: Any, **options: Any) -> Any:
        """Ask for a piece of the login; a line that is too long is the client's mistake, not ours."""
        try:
            return await super().challenge_auth(*args, **options)
        except ValueError:
            await self.push("500 5.5.6 Line too long")
            return MISSING


def _trouble(address: str) -> str:
    """Return the line that refuses an address, "" when it is fine: what is kept must be text that can be shown."""
    if address.isprintable():
        return ""
    return "553 5.1.3 The address holds a control character or bytes that are no UTF-8"


def _hush() -> None:
    """Silence aiosmtpd's log: it quotes what clients sent, a password after a failed login among it."""
    logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
