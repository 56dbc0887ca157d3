"""Who may use the console: sign-in by admin token, sessions, form tokens, and where a call came from (`origins`)."""

import hmac
import secrets
from collections import OrderedDict
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie

from ...wire.call import Call
from ..origins import port_of, rebound, strayed

MOST_SESSIONS = 1000  # the oldest is signed out


class Access:
    """Sessions of one server; they end when it does."""

    def __init__(self, admin_token: str | None, *, secure: bool) -> None:
        self._digest = _digest(admin_token) if admin_token else b""
        self._secure = secure
        self._key = secrets.token_bytes(32)
        self._sessions: OrderedDict[bytes, None] = OrderedDict()

    @property
    def guarded(self) -> bool:
        """Whether people have to sign in."""
        return bool(self._digest)

    def trouble(self, call: Call) -> str:
        """Return why this call did not come from a page of ours or from the address bar, or ""."""
        return ("" if self.guarded else rebound(call)) or strayed(call)

    # -- sessions

    def session(self, call: Call) -> str | None:
        """Return the session of a call: "" where nobody needs to sign in, None when somebody must."""
        if not self.guarded:
            return ""
        shown = _cookie(call)
        known = shown and _digest(shown) in self._sessions
        return shown if known else None

    def sign_in(self, call: Call, token: str) -> str | None:
        """Return the cookie header of a new session, or None for a wrong token."""
        if not self.guarded or not hmac.compare_digest(_digest(token), self._digest):
            return None
        session = secrets.token_urlsafe(32)
        self._sessions[_digest(session)] = None
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return self._set_cookie(call, session)

    def sign_out(self, call: Call) -> str:
        """Forget the session and return the header that clears its cookie."""
        self._sessions.pop(_digest(_cookie(call)), None)
        return self._set_cookie(call, "") + "; Max-Age=0"

    def _set_cookie(self, call: Call, value: str) -> str:
        secure = "; Secure" if self._secure else ""
        return f"{_cookie_name(call)}={value}; Path=/; HttpOnly; SameSite=Strict{secure}"

    # -- form tokens

    def form_token(self, session: str) -> str:
        """Return what every form of a session carries."""
        return hmac.new(self._key, f"form:{session}".encode("utf-8", "replace"), sha256).hexdigest()

    def is_form_token(self, session: str, shown: str) -> bool:
        return hmac.compare_digest(shown.encode("utf-8", "replace"), self.form_token(session).encode())


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def _cookie_name(call: Call) -> str:
    """Cookies know no ports: two simulators on one host need two names."""
    return f"parcelproof_{port_of(call.headers.get('Host', '')) or 'console'}"


def _cookie(call: Call) -> str:
    try:
        found = SimpleCookie(call.headers.get("Cookie", "")).get(_cookie_name(call))
    except CookieError:
        return ""
    return "" if found is None else found.value
