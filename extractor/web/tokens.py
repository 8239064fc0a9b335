"""Tokens: who may read and who may write through the page and the API.

A token is ``congvan_ID_SECRET``. The secret has 256 random bits, so its plain SHA-256 is kept: there is
nothing to guess that a slow hash would have to protect. It is shown when it is made and never again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, insert, or_, select, update

from extractor.database import schema as t
from extractor.errors import CongvanError

Role = Literal["reader", "editor"]
ROLES: tuple[Role, ...] = ("reader", "editor")
_PREFIX = "congvan"
#: stands in where there is no such token, so that the answer takes as long
_NOBODY = "0" * 64
_LONGEST_NAME = 80


class TokenError(CongvanError):
    """A token that cannot be made or revoked."""


@dataclass(frozen=True, slots=True)
class Token:
    """One that holds now: its public id, the name of who has it, what it allows."""

    id: str
    name: str
    role: Role


def add(
    connection: Connection, name: str, role: Role, *, lasts: timedelta | None = None, once: bool = False
) -> str:
    """Make a token and give its text, the only time it is to be had. Raises `TokenError`."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise TokenError(f"Tên của mã phải có 1 đến {_LONGEST_NAME} ký tự in được.")
    if role not in ROLES:
        raise TokenError(f"Không có vai trò {role}. Hãy dùng: {', '.join(ROLES)}.")
    if not once and any(row.name == name and _holds(row) for row in listing(connection)):
        raise TokenError(f"Đã có mã mang tên {name}. Hãy thu hồi: congvan tokens revoke {name!r}")
    identifier, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    at = datetime.now(UTC)
    connection.execute(
        insert(t.tokens).values(
            id=identifier,
            name=name,
            role=role,
            hash=_hash(secret),
            created_at=_iso(at),
            expires_at=_iso(at + lasts) if lasts else None,
            once=once,
        )
    )
    return "_".join((_PREFIX, identifier, secret))


def listing(connection: Connection) -> list[Row[Any]]:
    """All tokens that people were given, the oldest first, with whether they still hold in no column."""
    return list(
        connection.execute(
            select(t.tokens)
            .where(t.tokens.c.once.is_(False))
            .order_by(t.tokens.c.created_at, t.tokens.c.name)
        )
    )


def state(row: Row[Any]) -> Literal["holds", "expired", "revoked"]:
    """What has become of a token of `listing`."""
    if row.revoked_at is not None:
        return "revoked"
    return "holds" if _holds(row) else "expired"


def revoke(connection: Connection, name: str) -> int:
    """End the tokens with this name or id; gives how many. Raises `TokenError` where there is none."""
    tokens = t.tokens.c
    ended = connection.execute(
        update(t.tokens)
        .where(or_(tokens.name == name, tokens.id == name), tokens.revoked_at.is_(None))
        .values(revoked_at=_iso(datetime.now(UTC)))
    ).rowcount
    if not ended:
        raise TokenError(f"Không có mã nào đang dùng mang tên {name}. Xem: congvan tokens list")
    return ended


def check(connection: Connection, text: str) -> Token | None:
    """Who presents this token; None where it does not hold (or signs in only once: see `redeem`)."""
    row = _find(connection, text)
    return _token(row) if row is not None and not row.once else None


def redeem(connection: Connection, text: str) -> Token | None:
    """Use up a token that signs in once. Of two who come at the same time one gets it."""
    row = _find(connection, text)
    if row is None or not row.once:
        return None
    used = connection.execute(
        update(t.tokens)
        .where(t.tokens.c.id == row.id, t.tokens.c.used_at.is_(None))
        .values(used_at=_iso(datetime.now(UTC)))
    ).rowcount
    return _token(row) if used else None


def holder(connection: Connection, identifier: str) -> Token | None:
    """Who has the token with this id, while it holds: a session asks with each request."""
    row = connection.execute(select(t.tokens).where(t.tokens.c.id == identifier)).first()
    if row is None or row.revoked_at is not None or (not row.once and not _holds(row)):
        return None
    return _token(row)


def _find(connection: Connection, text: str) -> Row[Any] | None:
    prefix, _, rest = text.partition("_")
    identifier, _, secret = rest.partition("_")
    row = connection.execute(select(t.tokens).where(t.tokens.c.id == identifier[:16])).first()
    same = hmac.compare_digest(_hash(secret), row.hash if row is not None else _NOBODY)
    return row if row is not None and same and prefix == _PREFIX and _holds(row) else None


def _token(row: Row[Any]) -> Token:
    return Token(row.id, row.name, cast(Role, row.role))


def _holds(row: Row[Any]) -> bool:
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > _iso(datetime.now(UTC)))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
