"""The HTTP server around the application: uvicorn with limits on what a slow or greedy client can hold."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from dataclasses import asdict, replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from extractor.web.security import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

#: seconds within which a request's head must have come in
HEAD_SECONDS = 10.0
#: connections at the same time; more are answered 503
_CONNECTIONS = 500
_ENVIRONMENT = "CONGVAN_SERVE"
#: after which a thread that makes a page lets the one that takes requests go on
_SWITCH_SECONDS = 0.001


class Patient(H11Protocol):
    """uvicorn's protocol, which waits for ever for a request's head, with a time limit for it."""

    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_watching()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """The clock runs from the first byte of a head, and is not set back by the next one."""
        if self.conn.their_state is not h11.IDLE:
            self._stop_watching()
        elif self._head_timer is None and not self.transport.is_closing():
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_watching(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        if self.conn.their_state is h11.IDLE:
            self.transport.abort()


def settings_for(host: str, settings: Settings, names: tuple[str, ...] = ()) -> Settings:
    """`settings` with the names under which a server that listens on `host` may be reached."""
    try:
        everywhere = ip_address(host).is_unspecified
    except ValueError:
        everywhere = False
    own = () if everywhere else (host,)
    return replace(settings, hosts=(*settings.hosts, *own, *names), any_address=everywhere)


def is_loopback(host: str) -> bool:
    """Whether a server that listens on `host` is reached from this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def options(host: str, port: int) -> dict[str, Any]:
    """What uvicorn is started with."""
    return {
        "host": host,
        "port": port,
        "http": Patient,
        "ws": "none",
        "server_header": False,
        # who asks is told by the connection: a forged X-Forwarded-For would get round the throttle
        "proxy_headers": False,
        # the address of a sign-in link does not belong into a log
        "access_log": False,
        "limit_concurrency": _CONNECTIONS,
        "h11_max_incomplete_event_size": 32_768,
        "timeout_keep_alive": 15,
        "timeout_graceful_shutdown": 10,
        "log_level": "warning",
    }


def serve(
    database_url: str,
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    rules: Path | None = None,
) -> None:
    """Serve until stopped. With several workers each process makes its own application."""
    if workers == 1:
        uvicorn.run(_application(database_url, rules, settings), **options(host, port))
        return
    values = {**asdict(settings), "key": settings.key.hex()}
    os.environ[_ENVIRONMENT] = json.dumps([database_url, values, str(rules) if rules else None])
    uvicorn.run(f"{__name__}:from_environment", factory=True, workers=workers, **options(host, port))


def from_environment() -> FastAPI:
    """The application of one of several processes, made as `serve` was told."""
    database_url, values, rules = json.loads(os.environ[_ENVIRONMENT])
    values = {**values, "hosts": tuple(values["hosts"]), "key": bytes.fromhex(values["key"])}
    return _application(database_url, Path(rules) if rules else None, Settings(**values))


def _application(database_url: str, rules: Path | None, settings: Settings) -> FastAPI:
    """The application in a process that does nothing else."""
    from extractor.web.app import create_app

    app = create_app(database_url, rules=rules, settings=settings)
    gc.collect()
    gc.freeze()  # what is there now stays: the collector need not look at it again
    sys.setswitchinterval(_SWITCH_SECONDS)
    return app
