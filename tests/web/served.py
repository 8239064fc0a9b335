"""What tests of the page's safety share: a database with a hostile letter, clients, a server on a port."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from extractor.batch import Document, Reader, Settings
from extractor.database import open_database, search_index, store
from extractor.web import tokens
from extractor.web.server import options
from tests.database import letters

HERE = "http://127.0.0.1:8000"
ORIGIN = {"origin": HERE}
#: what a hostile letter holds wherever a letter has words
PAYLOADS = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror=window.pwned=1>',
    "'-window.pwned=1-'",
    "{{7*7}}",
    "</title></textarea></script><svg onload=window.pwned=1>",
)
HOSTILE_NAME = "thư <img src=x onerror=window.pwned=1>\"';.txt"
_HOSTILE = f"""ỦY BAN NHÂN DÂN TỈNH BẮC GIANG
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 666/UBND-KTN
Bắc Giang, ngày 05 tháng 3 năm 2024
V/v kiểm tra {PAYLOADS[0]} bến xe {PAYLOADS[1]}

Kính gửi:
- Sở Giao thông vận tải;
- Sở Tài chính {PAYLOADS[4]}.

Chủ tịch UBND tỉnh yêu cầu:
1. Sở Giao thông vận tải kiểm tra {PAYLOADS[0]} {PAYLOADS[1]} {PAYLOADS[3]}, hoàn thành trước ngày 30/6/2024.
2. Sở Tài chính {PAYLOADS[2]} bố trí kinh phí {PAYLOADS[4]} trước ngày 15/5/2024, phấn đấu đến ngày 31/12/2025
tỷ lệ học sinh {PAYLOADS[0]} tham gia bảo hiểm y tế đạt 95%.

Nơi nhận:
- Như trên;
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Nguyễn Văn Bình
"""


@cache
def _record() -> str:
    (outcome,) = Reader(Settings(ner="none")).read(Document(HOSTILE_NAME, _HOSTILE.encode()))
    assert outcome.code is None, outcome.line
    return outcome.line


def hostile() -> dict[str, Any]:
    """The record of the hostile letter."""
    import json

    record: dict[str, Any] = json.loads(_record())
    return record


def fill(engine: Engine) -> int:
    """Put five good letters and the hostile one into a database; the number of the hostile one."""
    with engine.begin() as connection:
        letters.fill(connection)
        number = store.put(connection, hostile(), letters.READING).document_id
        search_index.rebuild(connection)
    return number


def filled(url: str) -> int:
    """The same for a database's address."""
    engine = open_database(url, write=True)
    number = fill(engine)
    engine.dispose()
    return number


def token(url: str, name: str = "Nguyễn Thị An", role: tokens.Role = "editor", **more: Any) -> str:
    """A new token in the database at `url`."""
    engine = open_database(url, write=True)
    with engine.begin() as connection:
        text = tokens.add(connection, name, role, **more)
    engine.dispose()
    return text


@contextmanager
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client at a name this server knows, which sees a crash as a browser would: as a 500."""
    with TestClient(app, base_url=HERE, raise_server_exceptions=False, follow_redirects=False) as found:
        yield found


def form_token(page: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)
    assert found, page
    return found[1]


def sign_in(browser: TestClient, secret: str) -> str:
    """Sign in as a person does; gives the form token of the session."""
    first = form_token(browser.get("/login").text)
    answer = browser.post("/login", data={"csrf_token": first, "token": secret}, headers=ORIGIN)
    assert answer.status_code == 303, answer.text
    return form_token(browser.get("/login").text)


@contextmanager
def running(app: FastAPI, **more: Any) -> Iterator[int]:
    """The application on a port of this machine, with the options it is served with."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        port: int = listener.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(app, **{**options("127.0.0.1", port), "timeout_graceful_shutdown": 1, **more})
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join(10)
