"""What stands around a directive goes, the directive stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import regex
import yaml

from extractor.ingest import read_source
from extractor.ingest.cleaning import clean
from extractor.rulebook import Rulebook

BODY = (
    "Ngày 05/3/2020, Ủy ban nhân dân huyện Phú An họp bàn việc mở rộng số người "
    "tham gia bảo hiểm y tế tại các xã trong ba tháng đầu năm, do đồng chí Phó Chủ tịch chủ trì.\n"
    "Chủ tịch yêu cầu Phòng Y tế rà soát, lập danh sách các hộ chưa tham gia, báo cáo kết quả về Văn phòng "
    "trước ngày 15/3/2020 để tổng hợp chung."
)
LETTER = (
    "ỦY BAN NHÂN DÂN\nHUYỆN PHÚ AN\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
    "Số: 45/UBND-VX\n\nPhú An, ngày 03 tháng 6 năm 2021\n\nKính gửi: Phòng Y tế huyện.\n"
    "Chủ tịch Ủy ban nhân dân huyện yêu cầu Phòng Y tế rà soát các đối tượng chưa tham gia bảo hiểm y tế "
    "trên địa bàn, báo cáo kết quả trước ngày 30/6/2021.\n\nNơi nhận:\n- Như trên;\n- Lưu: VT.\n\n"
    "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nTrần Văn Bình"
)
TEASER = "Khai mạc giải bóng đá mùa hè huyện Phú An năm 2020"
ABOUT_IT = (
    "Sáng 6/3, tại sân vận động huyện, giải bóng đá mùa hè đã khai mạc với 12 đội tham gia trong 10 ngày."
)


@pytest.mark.parametrize(
    "page",
    [
        BODY,
        "Skip to main content\n\n" + BODY,
        "Your Website Title\n" + BODY,
        "Liên kết Website\nCơ quan Báo chí\nTrang chủ\n" + BODY,
        "Trang chủ > Tin tức > Y tế\n" + BODY,
        "Chính trị - Xã hội Chính trị - Xã hội\n\n" + BODY,
        BODY + "\n\nTin: Văn Lâm\n\n\nChuyên mục Chuyên mục\n\nAlbum: Khúc ca quê hương\nSố bài hát: 8",
        BODY + "\n\nNLN\nSố lần đọc: 283\n\nTin liên quan",
        BODY + "\n \nTrung Hiếu",
        BODY + "\nHỒNG MINH\nTừ khóa: bảo hiểm y tế\nTổng số điểm của bài viết là: 0 trong 0 đánh giá\n32°C",
        BODY + "\nTác giả bài viết: Văn An\nNhững tin mới hơn\nHuyện Phú An ra quân làm thủy lợi",
        BODY + "\nHồng Minh - Thu Hà\n512 lượt xem",
        BODY + "\nTin, ảnh: Văn An\n(Nguồn: Báo Phú An)\nfb yt zl tw",
        BODY + f"\n\nCó thể bạn quan tâm\n\nTin cùng chuyên mục\n\n{TEASER}\n\n{TEASER}\n\n{ABOUT_IT}",
        BODY + f"\n\n{TEASER}\n\n{TEASER}\n\n{ABOUT_IT}",
        BODY + f"\n\n{TEASER}\n{TEASER}\n{ABOUT_IT}\n\n" + "Bão số 3 vào biển Đông gây mưa\n" * 2 + ABOUT_IT,
        BODY.replace("\n", "\nbảo hiểm 1.jpg\nQuang cảnh cuộc họp tại huyện.\n"),
        BODY.replace("\n", "\nẢnh minh họa\n"),
        BODY + "\nKính mời quý vị xem chi tiết văn bản tại đây:\n",
        BODY + "\nChia sẻ bài viết\nBản quyền thuộc UBND huyện Phú An\nĐịa chỉ: thị trấn Phú An",
    ],
)  # fmt: skip
def test_a_report_keeps_its_text_only(book: Rulebook, page: str) -> None:
    assert clean(page, book).view.text == BODY


@pytest.mark.parametrize(
    "page",
    [
        LETTER,
        LETTER + "\n\nFILE ĐƯỢC ĐÍNH KÈM THEO VĂN BẢN",
        LETTER + "\n\nCông văn 45/UBND-VX năm 2021 về bảo hiểm y tế do Ủy ban nhân dân huyện Phú An ban hành",
        LETTER + "\n\nCông văn 45/UBND-VX về bảo hiểm y tế\nPEOPLE'S COMMITTEE\nNo. 45/UBND-VX",
        LETTER + " Công văn 45/UBND-VX năm 2021 về bảo hiểm y tế huyện Phú An",
        LETTER
        + "\nNỘI DUNG SỬA ĐỔI, HƯỚNG DẪN\nVăn bản bị thay thế\n<Nội dung> = Nội dung hai văn bản đều có;",
        LETTER + "\n\nTin liên quan\nKhai mạc giải bóng đá\nLượt truy cập: 1.204",
        "## Đôn đốc bảo hiểm y tế\nNgày 3/6/2021, huyện Phú An có Công văn 45/UBND-VX đôn đốc các đơn vị.\n\n"
        + LETTER,
        "Trang chủ\nVăn bản chỉ đạo\nTìm kiếm\n\n" + LETTER,
        LETTER.replace("KT. CHỦ TỊCH", "# KT. CHỦ TỊCH").replace("Kính gửi:", "**Kính gửi:**"),
    ],
)
def test_a_letter_is_left_whole(book: Rulebook, page: str) -> None:
    assert clean(page, book).view.text == LETTER


def test_the_number_before_the_motto_belongs_to_the_letter(book: Rulebook) -> None:
    letter = LETTER.replace("Số: 45/UBND-VX\n\n", "").replace("PHÚ AN\n", "PHÚ AN\nSố: 45/UBND-VX\n", 1)
    assert letter.startswith("ỦY BAN NHÂN DÂN\nHUYỆN PHÚ AN\nSố: 45/UBND-VX\n")
    assert clean(letter, book).view.text == letter
    assert clean("Trang chủ\nTin tức\n\n" + letter, book).view.text == letter


def test_a_letterhead_in_an_attachment_cuts_nothing(book: Rulebook) -> None:
    attached = LETTER.replace("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n", "") + "\n\nPHỤ LỤC\n" + LETTER
    assert clean(attached, book).view.text == attached


@pytest.mark.parametrize(
    "line",
    [
        "Nguồn Công văn số: 757/UBND-KGVX",
        "Các tin khác nhau được gửi tới người dân.",
        "Xem chi tiết tại đây là việc của từng đơn vị.",
        "Văn bản liên quan gồm Quyết định số 5/QĐ-UBND.",
        "Lượt khám bệnh: 1.204",
        "Sở Y tế, Sở Tài chính",
        "Tỷ lệ đạt: 98%",
    ],
)
def test_lines_of_the_report_stay(book: Rulebook, line: str) -> None:
    page = f"{line}\n{BODY}\n{line}"
    assert clean(page, book).view.text == page


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Ngày đăng: 22.04.2022", "2022-04-22"),
        ("Thứ năm, 21/05/2020, 14:30", "2020-05-21"),
        ("Cập nhật lúc: 08:15, 21/05/2020", "2020-05-21"),
        ("22/04/2022 08:15", "2022-04-22"),
        ("Đăng ngày 22/4/2022 | Lượt xem: 120 | Tác giả: Hồng Minh", "2022-04-22"),
        ("Đăng ngày 31/2/2018", None),
    ],
)
def test_the_day_of_publication_is_taken_from_its_line(book: Rulebook, line: str, day: str | None) -> None:
    cleaned = clean(f"Huyện Phú An họp bàn\n{line}\n{BODY}", book)
    assert cleaned.published_on == day
    assert cleaned.view.text == f"Huyện Phú An họp bàn\n{BODY}"


PIPES = (
    "| ỦY BAN NHÂN DÂN<br>HUYỆN PHÚ AN | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc |\n"
    "|---|---|\n| Số: 45/UBND-VX | Phú An, ngày 03 tháng 6 năm 2021 |\n\nQUYẾT ĐỊNH:\n\n"
    "| TT | Việc | Thời hạn |\n| --- | :-: | --: |\n| 1 | Rà soát<br>hộ nghèo | 30/6 |\n| 2 |  | a \\| b |\n"
)


def test_pipe_tables(book: Rulebook) -> None:
    cleaned = clean(PIPES, book)
    assert cleaned.view.text.split("\n") == [
        "ỦY BAN NHÂN DÂN",
        "HUYỆN PHÚ AN",
        "",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
        "",
        "Số: 45/UBND-VX",
        "",
        "Phú An, ngày 03 tháng 6 năm 2021",
        "",
        "",
        "QUYẾT ĐỊNH:",
        "",
        "TT | Việc | Thời hạn",
        "1 | Rà soát hộ nghèo | 30/6",
        "2 |  | a \\| b",
    ]
    at = cleaned.view.text.index("30/6")
    assert PIPES[cleaned.origin.to_source(at) :].startswith("30/6 |")


def test_nothing_to_clean_keeps_the_text_object(book: Rulebook) -> None:
    cleaned = clean(LETTER, book)
    assert cleaned.view.text is LETTER


def words(text: str) -> str:
    return regex.sub(r"\W+", " ", text.lower()).strip()


def quotes(gold: Any) -> list[str]:
    """Every task and quote of a gold file, but for those that cost nothing."""
    if isinstance(gold, dict):
        if gold.get("optional"):
            return []
        own = [v for k, v in gold.items() if k in {"task", "quote"} and isinstance(v, str)]
        return own + [q for v in gold.values() for q in quotes(v)]
    return [q for v in gold for q in quotes(v)] if isinstance(gold, list) else []


def test_the_pages_of_the_users(book: Rulebook, shared: Path) -> None:
    files = sorted((shared / "gold").glob("*.yaml"))
    assert files
    for file in files:
        gold = yaml.safe_load(file.read_text("utf-8"))
        text = read_source((shared / gold["source"]).read_bytes(), gold["source"], book).text
        assert [w for w in gold["must_not_contain"] if w in text] == [], file.name
        assert [q for q in quotes(gold) if words(q) not in words(text)] == [], file.name


def test_real_letters_keep_their_parts(book: Rulebook, shared: Path) -> None:
    lines = (shared / "headers" / "letters.jsonl").read_text("utf-8").splitlines()
    assert lines
    for line in lines:
        letter = json.loads(line)
        text = read_source(letter["text"].encode(), letter["name"], book).text
        gold = letter["gold"]
        squeezed = "".join(text.split())
        assert gold["number"] in squeezed, letter["name"]
        assert not gold["signer"] or "".join(gold["signer"].split()) in squeezed, letter["name"]
        for mark in ("Nơi nhận", "Kính gửi", ", ngày"):
            assert (mark in text) == (mark in letter["text"]), (letter["name"], mark)
        assert len(text) > 0.45 * len(letter["text"]), letter["name"]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("TT\tViệc\tHạn\n1\tĐắp đê\t\n", "TT | Việc | Hạn\n1 | Đắp đê |"),
        ("TT\tViệc\tHạn\n1\tĐắp đê\n", "TT\tViệc\tHạn\n1\tĐắp đê"),
        ("TT\tViệc\n1\tĐắp đê\n", "TT\tViệc\n1\tĐắp đê"),
        ("Số: 5/UBND\t\tHuế, ngày 5 tháng 6\na\t\tb\n", "Số: 5/UBND\t\tHuế, ngày 5 tháng 6\na\t\tb"),
    ],
)
def test_tabs_between_cells(book: Rulebook, text: str, cleaned: str) -> None:
    assert clean("Kế hoạch:\n" + text, book).view.text == "Kế hoạch:\n" + cleaned
