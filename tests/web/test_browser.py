"""Each story of the page, in Chromium: what a clerk, an inspector, a journalist does, with screenshots.

The screenshots are kept in the folder that CONGVAN_ARTEFACTS names, else in pytest's own. Every page that a
test sees must do without an error on the console, which is where a breach of the content policy is told.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from extractor.database import ingest, open_database
from extractor.web import create_app
from extractor.web.security import Settings
from tests.conftest import needs_program
from tests.web import library, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROADS = "101/UBND-KTN"
AGENCY = "Sở Giao thông vận tải tỉnh Bắc Giang"
_CHROMIUM = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
READING = (
    "/", "/?q=bến+xe", "/?q=xylophon+qwerty", "/agencies", "/audit", "/audit?agency=Sở+Nào+Đó",
    "/audit/matrix", "/audit/checks", "/audit/targets?metric=bảo+hiểm+y+tế", "/graph", "/audit/print",
    "/nowhere", "/login",
)  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("library") / "directives.db"
    library.build(path)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    needs_program("chromium", "chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        launched = playwright.chromium.launch(executable_path=path, args=list(_CHROMIUM))
        yield launched
        launched.close()


@dataclass
class Served:
    """A running page, and the token of somebody who may write there."""

    address: str
    token: str

    def sign_in(self, page: Page) -> None:
        page.goto(f"{self.address}/login")
        page.get_by_label("Mã truy cập").fill(self.token)
        page.locator("main").get_by_role("button").click()
        page.wait_for_url(f"{self.address}/")


@pytest.fixture(scope="module")
def readable(filled: Path) -> Iterator[Served]:
    """Read-only."""
    with served.running(create_app(str(filled))) as port:
        yield Served(f"http://127.0.0.1:{port}", "")


@pytest.fixture
def writable(filled: Path, tmp_path: Path) -> Iterator[Served]:
    """A copy that may be written to."""
    path = str(shutil.copy(filled, tmp_path / "directives.db"))
    token = served.token(path, "Nguyễn Thị An")
    with served.running(create_app(path, settings=Settings(allow_write=True))) as port:
        yield Served(f"http://127.0.0.1:{port}", token)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 860}, locale="vi-VN")
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; what goes wrong in it fails the test."""
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda e: wrong.append(str(e)))
    opened.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    yield opened
    expected = re.compile("Failed to load resource: the server responded with a status of 4")
    assert [text for text in wrong if not expected.match(text)] == []


@pytest.fixture
def shot(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., None]:
    """Keeps a picture of a page."""
    folder = Path(os.environ.get("CONGVAN_ARTEFACTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str, **options: Any) -> None:
        page.screenshot(path=folder / f"{request.node.name}-{name}.png".replace("/", "-"), **options)

    return keep


def serious(page: Page) -> list[str]:
    """What axe finds on a page that is serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{page.url} {v['id']}: {v['nodes'][0]['html'][:200]} {v['nodes'][0].get('failureSummary', '')[:300]}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def overflows(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def press(page: Page, key: str) -> None:
    """Press a key of the page's own, whose script has to be there."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def letter_address(page: Page, site: Served, number: str) -> str:
    """Find a letter as a person does."""
    page.goto(f"{site.address}/?q={number}")
    address = page.locator("#results article h2 a").first.get_attribute("href")
    assert address
    return site.address + address.partition("?")[0]


# -- 1: search ---------------------------------------------------------------------------------------------


def test_search(page: Page, readable: Served, shot: Callable[..., None]) -> None:
    from playwright.sync_api import expect

    page.goto(readable.address)
    shot(page, "start")
    page.keyboard.type("bến xe khách")  # the box has the focus
    page.keyboard.press("Enter")
    results = page.locator("#results")
    expect(results.locator("article")).not_to_have_count(0)
    expect(results.locator("article mark").first).to_contain_text(re.compile("bến|xe|khách", re.IGNORECASE))
    before = results.locator("article").count()
    shot(page, "found")
    place = page.locator(".facet", has_text="Địa phương").get_by_role("link").first
    place.click()
    expect(page.locator(".chosen a")).to_have_count(1)
    assert "place=" in page.url
    assert 0 < results.locator("article").count() <= before
    page.locator(".chosen a").click()
    expect(page.locator(".chosen a")).to_have_count(0)
    expect(results.locator("article")).to_have_count(before)
    page.get_by_label("Tìm trong các văn bản").fill("bao hiem y te hoc sinh")  # while typing, without marks
    expect(results.locator("article").first).to_contain_text("bảo hiểm y tế")
    assert "bao+hiem" in page.url
    expect(page.locator("#said")).to_contain_text("văn bản")
    page.get_by_label("Tìm trong các văn bản").fill("757/ubnd-kgvx")
    expect(results.locator("article").first).to_contain_text("757/UBND-KGVX")
    page.get_by_label("Tìm trong các văn bản").fill("xylophon qwerty zzz")
    expect(page.get_by_role("heading", name="Không tìm thấy văn bản nào")).to_be_visible()
    shot(page, "none")


def test_search_without_script(browser: Browser, readable: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(readable.address)
    page.get_by_label("Tìm trong các văn bản").fill("bến xe")
    page.get_by_role("button", name="Tìm").click()
    assert page.locator("article").count() > 1
    year = page.locator(".facet", has_text="Năm").get_by_role("link", name=re.compile("^2025"))
    year.click()
    assert "year=2025" in page.url
    assert all("/2025" in text for text in page.locator("article .hit__meta").all_inner_texts())
    page.locator("article h2 a").first.click()
    page.locator(".item--assignment .item__title a").first.click()
    assert "#w-assignment-" in page.url
    context.close()


# -- 2: a letter -------------------------------------------------------------------------------------------


def test_letter_shows_which_words_made_which_value(
    page: Page, readable: Served, shot: Callable[..., None]
) -> None:
    from playwright.sync_api import expect

    page.goto(letter_address(page, readable, ROADS))
    task = page.locator("#assignment-0")
    expect(task).to_contain_text("Sở Giao thông vận tải tỉnh Bắc Giang")
    page.locator("#paper .assignment", has_text="xử lý nghiêm vi phạm").first.hover()
    expect(task).to_have_class(re.compile(r"\blit\b"))
    expect(page.locator(".tip")).to_contain_text("Nhiệm vụ")
    shot(page, "hover")
    page.locator("#assignment-1 .item__title a").click()  # from the value to its words
    lit = page.locator("#paper .m.lit")
    expect(lit.first).to_be_in_viewport()
    assert "thẩm định dự toán" in "".join(lit.all_inner_texts())
    assert "item=assignment-1" in page.url
    page.reload()
    expect(page.locator("#assignment-1")).to_have_class(re.compile(r"\blit\b"))  # the link leads there again
    task.locator("summary").click()
    expect(task.locator(".why code").first).to_be_visible()
    task.get_by_role("link", name="Xem lời giao việc").click()
    expect(task.locator(".why")).to_contain_text("lời giao việc")
    expect(task.locator(".why")).to_contain_text("độ chắc")
    shot(page, "why")
    page.locator("#paper a.m.assignment").first.focus()  # by keyboard: words, then their value
    page.keyboard.press("Enter")
    expect(task.locator("a[data-words]")).to_be_focused()
    page.get_by_label("Nhiệm vụ", exact=True).uncheck()
    color = page.locator("#paper .m.assignment").first.evaluate("e => getComputedStyle(e).backgroundColor")
    assert color == "rgba(0, 0, 0, 0)"


def test_letter_versions_pages_and_original(page: Page, readable: Served, shot: Callable[..., None]) -> None:
    from playwright.sync_api import expect

    page.goto(letter_address(page, readable, ROADS))
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải tệp gốc").click()
    assert download.value.suggested_filename == "roads.txt"
    answer = page.request.get(page.url + "/original")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "application/octet-stream"
    page.get_by_role("navigation", name="Các bản của văn bản này").get_by_role(
        "link", name="Bản quét"
    ).click()
    expect(page.get_by_text("độ chắc trung bình 91%")).to_be_visible()
    expect(page.get_by_text("không phải bản đang dùng")).to_be_visible()
    expect(page.locator("#assignment-1 .item__foot")).to_contain_text("trang 2")
    shot(page, "scan")


# -- 3: an agency ------------------------------------------------------------------------------------------


def test_agency(page: Page, readable: Served, shot: Callable[..., None]) -> None:
    from playwright.sync_api import expect

    page.goto(f"{readable.address}/agencies")
    page.get_by_label("Tìm cơ quan theo tên").fill("so giao thong van tai")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=AGENCY, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(AGENCY)
    expect(page.locator(".task").first).to_contain_text("quá hạn")
    days = page.locator(".task--overdue .task__top").all_inner_texts()
    assert len(days) > 2
    dates = [re.findall(r"(\d\d)/(\d\d)/(\d{4})", text)[-1][::-1] for text in days]
    assert dates == sorted(dates)
    expect(page.get_by_role("heading", name="Dòng thời gian")).to_be_visible()
    assert page.locator(".timeline rect.bar--overdue").count() > 2
    heat = page.locator("table.heat")
    expect(heat.get_by_role("rowheader").first).to_contain_text("Ủy ban nhân dân tỉnh Bắc Giang")
    expect(heat.get_by_role("columnheader").nth(1)).to_contain_text("2024")
    expect(page.get_by_role("heading", name="Được nhắc lại nhiều lần")).to_be_visible()
    expect(page.locator(".repeat").first).to_contain_text(ROADS)
    expect(page.locator(".repeat").first).to_contain_text("245/UBND-KTN")
    shot(page, "agency", full_page=True)
    page.get_by_label("Vai trò").select_option("coordinating")
    page.get_by_role("button", name="Áp dụng").click()
    expect(page.get_by_role("heading", name="Không có nhiệm vụ nào như vậy")).to_be_visible()
    page.get_by_role("link", name="Mọi nhiệm vụ").click()
    page.get_by_label("Gồm cả cơ quan trước và sau sáp nhập").check()
    page.get_by_role("button", name="Áp dụng").click()
    assert "across=1" in page.url
    expect(page.get_by_text("Nay là:")).to_be_visible()
    page.locator(".task__what a").first.click()
    expect(page.locator(".item.lit")).to_be_in_viewport()


# -- 4: the graph ------------------------------------------------------------------------------------------


def test_graph(page: Page, readable: Served, shot: Callable[..., None]) -> None:
    from playwright.sync_api import expect

    page.goto(f"{readable.address}/graph")
    expect(page.locator("svg.graph path.edge--replaces").last).to_be_attached()
    shot(page, "all", full_page=True)
    page.locator("svg.graph").locator("a[aria-label^='101']").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(ROADS)
    here, other = page.locator(".node--here"), page.locator("svg.graph rect.node:not(.node--here)").first
    expect(here).to_have_count(1)
    boxes = here.bounding_box(), other.bounding_box()
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["x"] < boxes[1]["x"]  # the older letter stands on the left
    expect(page.get_by_role("listitem").filter(has_text="310/UBND-KTN")).to_contain_text("thực hiện")
    shot(page, "around", full_page=True)
    here.click()
    expect(page).to_have_url(re.compile("/letters/"))
    expect(page.locator("#part-cited_by")).to_contain_text("310/UBND-KTN")


# -- 5: ingest ---------------------------------------------------------------------------------------------

NEW = library.letters._letter(
    "ỦY BAN NHÂN DÂN TỈNH BẮC GIANG", "77/UBND-NN", "Bắc Giang", "10/3/2025", "phòng, chống cháy rừng",
    """Kính gửi: Sở Nông nghiệp và Môi trường.

Chủ tịch UBND tỉnh yêu cầu:
1. Sở Nông nghiệp và Môi trường kiểm tra công tác phòng cháy rừng trước ngày 30/4/2025.""",
)  # fmt: skip
SECRET = NEW.replace(b"77/UBND-NN", b"78/UBND-NN").replace("Kính gửi".encode(), "MẬT\n\nKính gửi".encode())
_DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/plain" }));
  const options = { bubbles: true, cancelable: true, dataTransfer: data };
  document.querySelector("#drop").dispatchEvent(new DragEvent("drop", options));
}"""


def test_ingest(page: Page, writable: Served, shot: Callable[..., None]) -> None:
    from playwright.sync_api import expect

    writable.sign_in(page)
    page.get_by_role("link", name="Nạp văn bản").click()
    shot(page, "empty")
    page.get_by_label("Thả tệp vào đây, hoặc chọn tệp").set_input_files(
        [
            {"name": "chay-rung.txt", "mimeType": "text/plain", "buffer": NEW},
            {"name": "hong.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 broken"},
            {"name": "mat.txt", "mimeType": "text/plain", "buffer": SECRET},
        ]
    )
    page.get_by_role("button", name="Gửi và đọc").click()
    batch = page.locator("#batch")
    expect(batch).to_contain_text("Xong.", timeout=180_000)
    expect(batch.get_by_role("listitem").filter(has_text="chay-rung.txt")).to_contain_text("mới")
    expect(batch.get_by_role("listitem").filter(has_text="hong.pdf")).to_contain_text("không đọc được")
    expect(batch.get_by_role("listitem").filter(has_text="mat.txt")).to_contain_text("từ chối")
    expect(page.locator("#said")).to_contain_text("1 văn bản mới")
    shot(page, "done", full_page=True)
    page.evaluate(_DROP, ["chay-rung-lai.txt", NEW.decode()])
    expect(batch).to_contain_text("1 đã có từ trước", timeout=180_000)
    batch.get_by_role("link").first.click()
    expect(page.locator("#assignment-0")).to_contain_text("kiểm tra công tác phòng cháy rừng")
    page.goto(f"{writable.address}/ingest")
    expect(page.get_by_role("heading", name="Chưa đọc được")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="hong.pdf")).to_contain_text("hãy gửi lại tệp")
    expect(page.get_by_role("listitem").filter(has_text="mat.txt")).not_to_contain_text("hãy gửi lại tệp")
    page.evaluate(_DROP, ["hong.pdf", "%PDF-1.7 broken"])
    expect(batch).to_contain_text("1 không đọc được", timeout=180_000)
    expect(batch).to_contain_text("Tệp hỏng hoặc bị cắt cụt")


def test_a_file_that_waits_where_it_lies_is_read_again(page: Page, writable: Served, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    from extractor.batch import Document
    from extractor.batch import Settings as Reading
    from extractor.limits import Limits

    path = tmp_path / "chay-rung.txt"
    path.write_bytes(NEW)
    engine = open_database(str(tmp_path / "directives.db"), write=True)
    hasty = Reading(ner="none", limits=Limits(seconds=0.001))
    (event,) = ingest.ingest(engine, [Document(path.name, path)], hasty)
    engine.dispose()
    assert event.code == "timeout"
    writable.sign_in(page)
    page.goto(f"{writable.address}/ingest")
    page.evaluate(_DROP, ["lai.txt", NEW.decode()])
    batch = page.locator("#batch")
    expect(batch).to_contain_text("1 trước đây đã gửi mà chưa đọc được", timeout=180_000)
    expect(batch.get_by_role("listitem")).to_contain_text("Đọc quá lâu")
    page.reload()
    page.get_by_role("button", name="Đọc lại chay-rung.txt").click()
    expect(batch).to_contain_text("1 văn bản mới", timeout=180_000)


def test_what_the_server_refuses_is_told_where_it_was_sent(page: Page, writable: Served) -> None:
    from playwright.sync_api import expect

    writable.sign_in(page)
    page.goto(f"{writable.address}/ingest")
    page.route(
        "**/ingest", lambda route: route.continue_(headers={**route.request.headers, "x-csrf-token": "x"})
    )
    page.evaluate(_DROP, ["a.txt", "a"])
    expect(page.locator("#progress")).to_contain_text("Hãy tải lại trang rồi làm lại")


# -- 6: review ---------------------------------------------------------------------------------------------


def test_review_with_the_keyboard_alone(page: Page, writable: Served, shot: Callable[..., None]) -> None:
    from playwright.sync_api import expect

    writable.sign_in(page)
    page.goto(f"{writable.address}/review")
    position = page.locator(".results__head .num")
    total = int(position.inner_text().split()[-1])
    assert total >= 3
    first = page.locator(".context mark").inner_text()
    shot(page, "queue")
    press(page, "j")
    expect(position).to_have_text(f"2 trên {total}")
    second = page.locator(".context mark").inner_text()
    press(page, "k")
    expect(page.locator(".context mark")).to_have_text(first)
    press(page, "?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    press(page, "c")
    expect(page.get_by_role("status")).to_have_text("Đã xác nhận.")
    expect(position).to_have_text(f"1 trên {total - 1}")
    expect(page.locator(".context mark")).to_have_text(second)
    press(page, "u")
    expect(page.get_by_role("status")).to_have_text("Đã hoàn tác.")
    expect(position).to_have_text(f"1 trên {total}")
    expect(page.locator(".context mark")).to_have_text(first)
    page.goto(f"{writable.address}/review?only=assignment")
    words = page.locator(".context mark").inner_text()
    press(page, "e")
    expect(page.get_by_label("Việc phải làm")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("lập báo cáo tổng hợp")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("Sở Tài chính")
    page.get_by_label("Hạn: đến ngày").fill("2031-05-31")
    shot(page, "edit", full_page=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Đã lưu sửa đổi.")
    entries = page.get_by_role("region", name="Đã ghi gần đây")
    expect(entries.get_by_role("listitem").first).to_contain_text("Nguyễn Thị An")
    page.goto(f"{writable.address}/review?which=corrected")
    expect(page.locator(".context mark")).to_have_text(words)
    value = page.get_by_role("region", name="Nhiệm vụ: Giá trị đọc được")
    expect(value).to_contain_text("lập báo cáo tổng hợp")
    expect(value).to_contain_text("31/05/2031")
    expect(value).to_contain_text("Nguyễn Thị An sửa ngày")
    shot(page, "corrected", full_page=True)
    press(page, "x")
    expect(page.get_by_role("status")).to_have_text("Đã bỏ mục này.")
    for address, kind in (("gold", b"PK"), ("rules", b"[[rule]]")):
        answer = page.request.get(f"{writable.address}/review/{address}")
        assert answer.body().startswith(kind)
        assert answer.headers["content-disposition"].startswith("attachment")


def test_review_tells_what_cannot_be(page: Page, writable: Served) -> None:
    from playwright.sync_api import expect

    writable.sign_in(page)
    page.goto(f"{writable.address}/review?only=assignment")
    press(page, "e")
    page.get_by_label("Hạn: từ ngày").fill("2031-06-30")
    page.get_by_label("Hạn: đến ngày").fill("2031-05-31")
    page.get_by_label("Ghi chú (không bắt buộc)").fill("nhầm ngày")
    page.get_by_role("button", name="Lưu sửa đổi").click()
    expect(page.get_by_role("alert")).to_contain_text("Ngày bắt đầu sau ngày kết thúc")
    expect(page.get_by_label("Ghi chú (không bắt buộc)")).to_have_value("nhầm ngày")  # nothing typed is lost


def test_a_header_is_corrected(page: Page, writable: Served, shot: Callable[..., None]) -> None:
    from playwright.sync_api import expect

    writable.sign_in(page)
    page.goto(letter_address(page, writable, ROADS))
    page.locator("#part-header").get_by_role("link", name="Sửa").click()
    press(page, "e")
    page.get_by_label("Trích yếu").fill("siết chặt quản lý vận tải hành khách")
    page.get_by_label("Địa danh").fill("thành phố Bắc Giang")
    page.get_by_role("button", name="Lưu sửa đổi").click()
    expect(page.get_by_role("status")).to_have_text("Đã lưu sửa đổi.")
    shot(page, "saved")
    page.goto(letter_address(page, writable, "siết+chặt"))
    expect(page.get_by_role("heading", level=1)).to_have_text("siết chặt quản lý vận tải hành khách")
    expect(page.locator("#part-header")).to_contain_text("Đã sửa")


# -- 7: the audit ------------------------------------------------------------------------------------------


def test_audit(page: Page, readable: Served, shot: Callable[..., None]) -> None:
    from playwright.sync_api import expect

    page.goto(f"{readable.address}/audit")
    page.get_by_label("Cơ quan được giao").fill(AGENCY)
    page.get_by_label("Tình trạng").select_option("overdue")
    page.get_by_label("Hạn đến ngày").fill("2024-12-31")
    page.get_by_role("button", name="Xem").click()
    rows = page.locator("table.tasks tbody tr")
    expect(rows.first).to_contain_text("Sở Giao thông vận tải chủ trì, phối hợp với Công an tỉnh")
    assert all("quá hạn" in text for text in rows.all_inner_texts())
    shot(page, "table", full_page=True)
    xlsx = page.request.get(
        readable.address + (page.get_by_role("link", name="Xuất Excel").get_attribute("href") or "")
    )
    assert xlsx.status == 200
    assert xlsx.body().startswith(b"PK")
    page.get_by_role("link", name="Bản để in").click()
    expect(page.locator("table").first).to_contain_text(ROADS)
    page.emulate_media(media="print")
    shot(page, "print", full_page=True)
    page.emulate_media(media="screen")
    page.goto(f"{readable.address}/audit?agency=Sở+Nào+Đó")
    expect(page.get_by_text("trong kho không có tên này")).to_be_visible()
    page.goto(f"{readable.address}/audit/matrix?by=month")
    page.locator("table.heat td a").first.click()
    expect(page.locator("table.tasks tbody tr")).not_to_have_count(0)
    page.goto(f"{readable.address}/audit/checks")
    expect(page.get_by_role("region", name="Hai văn bản nói khác nhau")).to_contain_text("98")
    expect(page.get_by_role("region", name="Giao việc mà không rõ gửi ai")).to_contain_text("12/TB-UBND")
    shot(page, "checks", full_page=True)
    page.goto(f"{readable.address}/audit/targets?metric=tỷ lệ học sinh tham gia bảo hiểm y tế")
    expect(page.locator("table")).to_contain_text("95")
    page.goto(f"{readable.address}/audit?due_before=2024-99-99")
    expect(page.get_by_role("alert")).to_contain_text("không phải ngày")


# -- all pages ---------------------------------------------------------------------------------------------


def test_english_on_a_switch(page: Page, readable: Served, shot: Callable[..., None]) -> None:
    from playwright.sync_api import expect

    page.goto(f"{readable.address}/?q=bến+xe")
    page.get_by_role("link", name="English").click()
    assert "q=b" in page.url
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("Agencies")
    page.goto(letter_address(page, readable, ROADS))  # remembered
    expect(page.get_by_role("heading", name="Tasks")).to_be_visible()
    shot(page, "letter")
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    browser: Browser, writable: Served, shot: Callable[..., None], scheme: Any
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 860})
    page = context.new_page()
    writable.sign_in(page)
    letter = letter_address(page, writable, ROADS).removeprefix(writable.address)
    page.goto(f"{writable.address}/agencies")
    agency = page.locator("ul.lines a").first.get_attribute("href") or ""
    found = []
    pages = (
        *READING,
        letter,
        f"{letter}?item=assignment-0",
        f"{letter}/why/0",
        agency,
        f"/graph?letter={letter[9:]}",
    )
    for address in (*pages, "/review", "/review?which=corrected", "/ingest"):
        page.goto(writable.address + address)
        found += serious(page)
        shot(page, re.sub(r"\W+", "-", address).strip("-") or "start")
    context.close()
    assert not found, "\n".join(found)


def test_a_phone_of_360_pixels(browser: Browser, writable: Served, shot: Callable[..., None]) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    writable.sign_in(page)
    letter = letter_address(page, writable, ROADS).removeprefix(writable.address)
    page.goto(f"{writable.address}/agencies?q=Sở+Giao+thông")
    agency = page.locator("ul.lines a").first.get_attribute("href") or ""
    wide = []
    for address in (*READING, letter, agency, f"/graph?letter={letter[9:]}", "/review", "/ingest"):
        page.goto(writable.address + address)
        wide += [address] if overflows(page) else []
        shot(page, re.sub(r"\W+", "-", address).strip("-") or "start", full_page=True)
    context.close()
    assert not wide


def test_words_searched_for_are_marked_in_the_letter(
    page: Page, readable: Served, shot: Callable[..., None]
) -> None:
    marked = "[...CSS.highlights.get('asked')].map((range) => range.toString())"
    page.goto(f"{readable.address}/?q=ben+xe")
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/letters/*")
    found = page.evaluate(marked)
    assert found
    assert {" ".join(words.lower().split()) for words in found} == {"bến xe"}
    top = page.evaluate("[...CSS.highlights.get('asked')][0].getBoundingClientRect().top")
    assert 0 < top < 860
    shot(page, "marked")
    page.goto(f"{page.url.partition('?')[0]}?q=%22%29%28%5B+xyz")
    assert page.evaluate(marked) == []


def test_skip_link_and_focus(page: Page, readable: Served) -> None:
    from playwright.sync_api import expect

    page.goto(f"{readable.address}/agencies")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    outline = page.evaluate(
        "getComputedStyle(document.activeElement.closest('.box') || document.activeElement).outlineWidth"
    )
    assert outline != "0px"


def test_a_letter_prints_well(page: Page, readable: Served, shot: Callable[..., None]) -> None:
    page.goto(letter_address(page, readable, ROADS))
    page.emulate_media(media="print")
    for gone in (".top", ".legend", ".jump", ".foot"):
        assert not page.locator(gone).first.is_visible()
    assert page.locator(".pane--text").evaluate("e => getComputedStyle(e).overflow") == "visible"
    shot(page, "print", full_page=True)


def test_hostile_letter_is_only_text(page: Page, readable: Served) -> None:
    page.goto(letter_address(page, readable, "666/UBND-KTN"))
    for address in (page.url, f"{readable.address}/?q=onerror", f"{readable.address}/audit?text=pwned"):
        page.goto(address)
        assert page.evaluate("window.pwned") is None
        assert page.locator("main img, main script").count() == 0


def test_reading_only(page: Page, readable: Served) -> None:
    page.goto(readable.address)
    assert page.get_by_role("link", name="Xem lại").count() == 0
    for address in ("/review", "/ingest"):
        answer = page.goto(readable.address + address)
        assert answer
        assert answer.status in (403, 404)


def test_an_editors_pages_need_signing_in(page: Page, writable: Served, shot: Callable[..., None]) -> None:
    from playwright.sync_api import expect

    answer = page.goto(f"{writable.address}/review")
    assert answer
    assert answer.status == 401
    shot(page, "sign-in")
    page.get_by_role("main").get_by_role("link", name="Đăng nhập").click()
    page.get_by_label("Mã truy cập").fill(writable.token)
    page.get_by_role("main").get_by_role("button").click()
    expect(page).to_have_url(f"{writable.address}/review")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("link", name="Đăng nhập").first).to_be_visible()
