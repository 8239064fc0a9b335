"""A small library for the tests in a browser: letters that refer to each other, a scan, some of the corpus."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from extractor.batch import Document, Reader, Settings
from extractor.database import ingest, open_database, store, writing
from tests.conftest import ROOT
from tests.database import letters
from tests.web import served

Json = dict[str, Any]
#: letters of the corpus that are in the library
CORPUS = (
    "angiang-757-ubnd-kgvx.txt", "binhthuan-tb-giaingan-2023.txt", "btttt-cv-simrac-2020.txt",
    "byt-cv-locmau-2017.txt", "binhphuoc-ct-tu-2022.txt", "bhxhvn-cv-thehoc-2023.txt",
)  # fmt: skip
_CHAIN = {
    "plan.txt": letters._letter(
        "ỦY BAN NHÂN DÂN TỈNH BẮC GIANG", "310/UBND-KTN", "Bắc Giang", "02/12/2024",
        "thực hiện Công văn số 101/UBND-KTN",
        """Kính gửi: Sở Giao thông vận tải.

Thực hiện Công văn số 101/UBND-KTN ngày 05/3/2024 của UBND tỉnh Bắc Giang về quản lý vận tải hành khách,
  Chủ tịch UBND tỉnh yêu cầu:
1. Sở Giao thông vận tải tổng hợp kết quả kiểm tra bến xe khách trước ngày 20/12/2024.""",
    ),
    "replacing.txt": letters._letter(
        "ỦY BAN NHÂN DÂN TỈNH BẮC GIANG", "15/UBND-KTN", "Bắc Giang", "08/01/2025",
        "chấn chỉnh quản lý bến xe",
        """Kính gửi: Sở Giao thông vận tải.

Chủ tịch UBND tỉnh yêu cầu:
1. Sở Giao thông vận tải kiểm tra lại toàn bộ bến xe khách trước ngày 28/02/2025.
Công văn này thay thế Công văn số 245/UBND-KTN ngày 10/9/2024 của UBND tỉnh Bắc Giang.""",
    ),
}  # fmt: skip


def build(path: Path) -> None:
    """Fill the database at `path`: by way of ingest, so that originals are kept."""
    reader = Reader(Settings(ner="none"))
    folder = ROOT / "corpus" / "letters"
    documents = [Document(name, content) for name, content in {**letters.LETTERS, **_CHAIN}.items()]
    documents += [Document(name, (folder / name).read_bytes()) for name in CORPUS]
    engine = open_database(str(path), write=True)
    for event in ingest.ingest(engine, documents, reader.settings, reader=reader):
        assert event.code is None, event
    with writing(engine) as connection:
        store.put(connection, served.hostile(), letters.READING)
        store.put(connection, _scan(letters.records()["roads.txt"]), letters.READING)
    engine.dispose()


def _scan(record: Json) -> Json:
    """A record as it would come from a scan of two pages: other text, the same letter."""
    scan = copy.deepcopy(record)
    scan["id"] = "sha256:" + "5" * 64
    scan["source"]["name"] = "roads-scan.pdf"
    scan["source"]["media_type"] = "application/pdf"
    scan["source"]["ocr"] = {"engine": "tesseract", "confidence": 0.914}
    tasks = scan["assignments"]
    scan["source"]["pages"] = [
        {
            "number": number, "width": 595.0, "height": 842.0,
            "boxes": [{"start": s["start"], "end": s["end"], "box": [72.0, 100.0, 500.0, 120.0]} for s in spans],
        }
        for number, spans in ((1, [tasks[0]["span"]]), (2, [t["span"] for t in tasks[1:]]))
    ]  # fmt: skip
    return scan
