"""Sessions without memory on the server: a signed cookie, and form tokens bound to it.

The cookie is ``token id.expiry.nonce.signature``. What it allows is asked of the table `tokens` with each
request, so a revoked token ends its sessions at once. The key is made when the server starts.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

#: seconds a session lasts
LASTS = 12 * 3600
COOKIE = "congvan_session"
#: carries the form token of one who is not signed in (the sign-in form has one too)
VISITOR = "congvan_visitor"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser: whose token, and a nonce to which its form tokens are bound."""

    token_id: str
    nonce: str


def start(key: bytes, token_id: str) -> str:
    """The cookie of a new session."""
    body = f"{token_id}.{int(time.time()) + LASTS}.{secrets.token_urlsafe(16)}"
    return f"{body}.{_sign(key, 'session', body)}"


def read(key: bytes, cookie: str) -> Session | None:
    """The session of a cookie; None where the signature is wrong or its time is over."""
    if len(cookie) > _LONGEST or not cookie.isascii():
        return None
    body, _, signature = cookie.rpartition(".")
    if not hmac.compare_digest(_sign(key, "session", body), signature):
        return None
    token_id, expires, nonce = body.split(".")
    return Session(token_id, nonce) if int(expires) > time.time() else None


def form_token(key: bytes, nonce: str) -> str:
    """What a form must bring along to be believed."""
    return _sign(key, "form", nonce)


def believes(key: bytes, nonce: str, token: str) -> bool:
    """Whether a form's token is that of this session or visitor, compared in constant time."""
    return hmac.compare_digest(form_token(key, nonce).encode(), token.encode("utf-8", "replace"))


def visitor() -> str:
    """A new visitor's nonce."""
    return secrets.token_urlsafe(16)


def _sign(key: bytes, purpose: str, text: str) -> str:
    return hmac.new(key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
