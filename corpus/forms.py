"""Makes the letters of this folder in the other forms that offices send: DOCX, HTML, edXML, mail, PDF, scan.

    python corpus/forms.py OUT                                   # every letter as DOCX, HTML, edXML, mail
    python corpus/forms.py OUT --forms doc,rtf,odt,word2003      # by LibreOffice
    python corpus/forms.py OUT --forms pdf,scan LETTER...        # by LibreOffice, and pictures of its pages
    python corpus/forms.py OUT --forms scan --font "Liberation Serif" --seed 2   # other letters, other noise
    python corpus/forms.py OUT --compare                         # read them again: do the records agree?

All forms of a letter are made from its text: the two columns of the letterhead, the body with its tables,
and "Nơi nhận" beside the signature are put where the official layout (Nghị định 30/2020/NĐ-CP, phụ lục I) has
them.
Needs ``python-docx``; PDF, DOC, RTF, ODT and Word 2003 XML need LibreOffice; scans need ``pypdfium2`` and
``pillow``.
"""

from __future__ import annotations

import argparse
import base64
import html
import io
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

ROOT = Path(__file__).parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from extractor.annotations import Annotations  # noqa: E402
from extractor.rulebook import Rulebook, default_rulebook  # noqa: E402

if TYPE_CHECKING:
    from spacy.language import Language

    from extractor.record import Record

#: how a picture of a page is spoilt: dots per inch, degrees, standard deviation of the noise (of 255)
SCAN_DPI, SCAN_TILT, SCAN_NOISE = 200, 0.6, 12.0
_EDXML = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
_BAR = "|"
#: the words of a line, or of one column where two are set side by side with blanks
_PIECE = re.compile(r"\S+(?: {1,2}\S+)*")


@dataclass
class Letter:
    """The parts of a letter; in `body` a paragraph is a string, a table a list of rows of cells.

    `font` is what it is printed with, `seed` what its scan is spoilt by beside its name, `tilt` how many
    degrees it is turned by at most.
    """

    name: str
    left: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    body: list[str | list[list[str]]] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    signature: list[str] = field(default_factory=list)
    behind: list[str | list[list[str]]] = field(default_factory=list)
    record: Record | None = None
    font: str = "FreeSerif"
    seed: str = ""
    tilt: float = SCAN_TILT


def letter_of(path: Path, nlp: Language) -> Letter:
    """The parts of a letter of `letters/`, by the layout that is read from its text."""
    import extractor

    record, annotations = extractor.read(path.read_bytes(), path.name, nlp=nlp)
    zones, text = annotations.zones, record.text
    letter = Letter(path.stem, record=record)
    end = zones["body"][1]
    if "letterhead" not in zones:
        letter.body = _blocks(text)
        return letter
    letter.left, letter.right = _columns(annotations, record, default_rulebook())
    behind = [zones[z] for z in ("type", "subject", "addressees") if z in zones]
    start = zones["letterhead"][1]
    last = max((e for _, e in behind), default=start)
    if "type" in zones:
        letter.title = _lines(text[start:last])
    else:
        letter.body = _blocks(text[start:last])
    letter.body += _blocks(text[last:end])
    closing = sorted(zones[z] for z in ("recipients", "signature") if z in zones)
    if any(before[1] > after[0] for before, after in pairwise(closing)):
        letter.behind = _blocks(text[end:])  # both columns on each line: they stay so
        return letter
    letter.recipients, letter.signature = (
        _lines(text[slice(*zones[z])]) if z in zones else [] for z in ("recipients", "signature")
    )
    letter.behind = _blocks(text[max((e for _, e in closing), default=end) :])
    return letter


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _columns(annotations: Annotations, record: Record, book: Rulebook) -> tuple[list[str], list[str]]:
    """The lines of a letterhead: those of its left and of its right column."""
    start, end = annotations.zones["letterhead"]
    view = annotations.view
    said = record.document.spans
    right = [(said[f].start, said[f].end) for f in ("issued_on", "place") if f in said]
    for name in ("layout.quoc_hieu", "layout.party_line", "layout.tieu_ngu"):
        rule = book.rules.get(name)
        right += [m.span() for m in rule.finditer(view, start, end)] if rule else []
    columns: tuple[list[str], list[str]] = ([], [])
    rulers = [m.span() for m in book["layout.separator"].finditer(view, start, end)]
    for piece in _PIECE.finditer(view.text, start, end):
        at, stop = piece.span()
        if not any(s < stop and e > at for s, e in rulers):
            right_one = any(s < stop and e > at for s, e in right) or book["pages.motto"].hit(piece[0])
            columns[right_one].append(piece[0])
    return columns


def _blocks(text: str) -> list[str | list[list[str]]]:
    """Lines as paragraphs, lines with bars in a row as a table; a row may lack cells at its end."""
    out: list[str | list[list[str]]] = []
    rows: list[list[str]] = []
    for line in [*_lines(text), ""]:
        cells = [c.strip() for c in line.split(_BAR)] if _BAR in line else []
        if cells:
            rows.append(cells)
            continue
        if rows:
            width = max(map(len, rows))
            out.append([row + [""] * (width - len(row)) for row in rows])
            rows = []
        if line:
            out.append(line)
    return out


def docx_of(letter: Letter) -> bytes:
    """The letter as a Word document."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Cm, Pt

    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = letter.font, Pt(13)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(3), Cm(1.5), Cm(2), Cm(2)

    def say(place: Any, lines: Iterable[str], align: Any, **look: Any) -> None:
        for n, line in enumerate(lines):
            fresh = place.paragraphs[0] if n == 0 and hasattr(place, "_tc") else place.add_paragraph()
            fresh.alignment, fresh.paragraph_format.space_after = align, Pt(look.get("after", 0))
            if look.get("indent"):
                fresh.paragraph_format.first_line_indent = Cm(look["indent"])
            fresh.add_run(line).bold = look.get("bold", False)

    def table(rows: list[list[str]]) -> None:
        made = document.add_table(rows=len(rows), cols=max(map(len, rows)), style="Table Grid")
        for cells, row in zip(rows, made.rows, strict=True):
            for words, cell in zip(cells, row.cells, strict=False):
                say(cell, [words], ALIGN.LEFT)

    def body(blocks: list[str | list[list[str]]]) -> None:
        for block in blocks:
            if isinstance(block, str):
                say(document, [block], ALIGN.JUSTIFY, indent=1.0, after=6)
            else:
                table(block)

    if letter.left or letter.right:
        head = document.add_table(rows=1, cols=2)
        say(head.rows[0].cells[0], letter.left, ALIGN.CENTER)
        say(head.rows[0].cells[1], letter.right, ALIGN.CENTER)
    say(document, letter.title, ALIGN.CENTER, bold=True, after=3)
    body(letter.body)
    if letter.recipients or letter.signature:
        foot = document.add_table(rows=1, cols=2)
        say(foot.rows[0].cells[0], letter.recipients, ALIGN.LEFT)
        say(foot.rows[0].cells[1], letter.signature, ALIGN.CENTER, bold=True)
    body(letter.behind or [""])  # Word has a paragraph behind each table
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def html_of(letter: Letter) -> bytes:
    """The letter as a web page."""

    def cell(lines: list[str]) -> str:
        return "<td>" + "".join(f"<p>{html.escape(line)}</p>" for line in lines) + "</td>"

    def body(blocks: list[str | list[list[str]]]) -> Iterator[str]:
        for block in blocks:
            if isinstance(block, str):
                yield f"<p>{html.escape(block)}</p>"
            else:
                rows = ("".join(f"<td>{html.escape(words)}</td>" for words in row) for row in block)
                yield "<table border=1>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"

    parts = []
    if letter.left or letter.right:
        parts.append(f"<table><tr>{cell(letter.left)}{cell(letter.right)}</tr></table>")
    parts += [f"<p align=center><b>{html.escape(line)}</b></p>" for line in letter.title]
    parts += body(letter.body)
    if letter.recipients or letter.signature:
        parts.append(f"<table><tr>{cell(letter.recipients)}{cell(letter.signature)}</tr></table>")
    parts += body(letter.behind)
    text = "\n".join(parts)
    return f"<!DOCTYPE html>\n<html><head><meta charset=utf-8></head><body>\n{text}\n</body></html>".encode()


def edxml_of(letter: Letter) -> bytes:
    """The letter as an exchange package (QCVN 102:2016) with its Word document attached."""
    assert letter.record is not None
    document = letter.record.document
    number, _, notation = (document.number or "").partition("/")
    day = (document.issued_on or "").replace("-", "/")
    signer = document.signer
    fields = [
        (
            "From",
            f"<OrganId/><OrganName>{escape(document.issuer.name if document.issuer else '')}</OrganName>",
        ),
        ("Code", f"<CodeNumber>{escape(number)}</CodeNumber><CodeNotation>{escape(notation)}</CodeNotation>"),
        (
            "PromulgationInfo",
            f"<Place>{escape(document.place or '')}</Place><PromulgationDate>{day}</PromulgationDate>",
        ),
        (
            "DocumentType",
            f"<Type>1</Type><TypeName>{escape(document.type.name if document.type else '')}</TypeName>",
        ),
        ("Subject", escape(document.subject or "")),
        ("SignerInfo", f"<FullName>{escape(signer.name if signer else '')}</FullName>"),
    ]
    header = "".join(f"<{tag}>{inner}</{tag}>" for tag, inner in fields)
    content = base64.b64encode(docx_of(letter)).decode()
    name = f"{escape(letter.name)}.docx"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<edXML xmlns="{_EDXML}"><edXMLEnvelope><edXMLHeader>'
        f"<MessageHeader>{header}</MessageHeader></edXMLHeader><edXMLBody><edXMLManifest>"
        f'<Reference ContentId="cid:1"><AttachmentName>{name}</AttachmentName></Reference>'
        f"</edXMLManifest></edXMLBody></edXMLEnvelope><AttachmentEncoded><Attachment>"
        f"<ContentId>cid:1</ContentId><AttachmentName>{name}</AttachmentName>"
        f"<ContentType>{kind}</ContentType><ContentTransferEncoded>{content}</ContentTransferEncoded>"
        f"</Attachment></AttachmentEncoded></edXML>"
    ).encode()


def mail_of(letter: Letter) -> bytes:
    """A mail with the letter's Word document."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "vanthu@example.vn", "noinhan@example.vn", letter.name
    mail.set_content("Kính gửi văn bản đính kèm.")
    mail.add_attachment(
        docx_of(letter),
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.wordprocessingml.document",
        filename=f"{letter.name}.docx",
    )
    return mail.as_bytes()


#: forms that LibreOffice makes of the Word document -> ending and filter
OFFICE = {
    "pdf": ("pdf", "writer_pdf_Export"),
    "doc": ("doc", "MS Word 97"),
    "rtf": ("rtf", "Rich Text Format"),
    "odt": ("odt", "writer8"),
    "word2003": ("xml", "MS Word 2003 XML"),
}


def converted(letters: list[Letter], form: str) -> Iterator[tuple[Letter, bytes]]:
    """The letters as LibreOffice makes them (a key of OFFICE) of their Word documents."""
    soffice = shutil.which("soffice")
    if soffice is None:
        raise SystemExit("soffice is missing: apt-get install libreoffice-writer-nogui")
    ending, kind = OFFICE[form]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for letter in letters:
            (place / f"{letter.name}.docx").write_bytes(docx_of(letter))
        profile = f"-env:UserInstallation=file://{folder}/profile"
        files = sorted(map(str, place.glob("*.docx")))
        options = ["--headless", "--convert-to", f"{ending}:{kind}", "--outdir", folder]
        subprocess.run([soffice, profile, *options, *files], check=True, capture_output=True)
        for letter in letters:
            yield letter, (place / f"{letter.name}.{ending}").read_bytes()


def scan_of(seed: str, pdf: bytes, tilt: float = SCAN_TILT) -> bytes:
    """A PDF of pictures: the pages of `pdf`, tilted by up to `tilt` degrees, grey and noisy.

    It is the same for the same seed.
    """
    import numpy as np
    import pypdfium2 as pdfium
    from PIL import Image

    chance = random.Random(seed)
    noise = np.random.default_rng(chance.randrange(1 << 32))
    pages = []
    document = pdfium.PdfDocument(pdf)
    for page in document:
        picture = page.render(scale=SCAN_DPI / 72).to_pil().convert("L")
        angle = chance.uniform(-tilt, tilt)
        picture = picture.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
        grey = np.asarray(picture, dtype=np.float32) * 0.9 + 12
        grey += noise.normal(0, SCAN_NOISE, grey.shape)
        pages.append(Image.fromarray(grey.clip(0, 255).astype("uint8")))
    document.close()
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=SCAN_DPI)
    return out.getvalue()


QUICK: dict[str, Callable[[Letter], bytes]] = {
    "docx": docx_of, "html": html_of, "edxml": edxml_of, "eml": mail_of,
}  # fmt: skip
FORMS = (*QUICK, *OFFICE, "scan")


def make(letters: list[Letter], forms: Iterable[str]) -> Iterator[tuple[Letter, str, bytes]]:
    """Each letter in each form: the letter, the form's name, the file's bytes."""
    wanted = set(forms)
    for form in [f for f in QUICK if f in wanted]:
        for letter in letters:
            yield letter, form, QUICK[form](letter)
    if wanted & {"pdf", "scan"}:
        for letter, pdf in converted(letters, "pdf"):
            if "pdf" in wanted:
                yield letter, "pdf", pdf
            if "scan" in wanted:
                yield letter, "scan", scan_of(letter.name + letter.seed, pdf, letter.tilt)
    for form in [f for f in OFFICE if f in wanted - {"pdf"}]:
        for letter, data in converted(letters, form):
            yield letter, form, data


def gold_of(record: Record, name: str) -> dict[str, Any]:
    """A record as the gold that another form of the same letter is measured by."""
    document = record.document.model_dump(mode="json")
    found = record.model_dump(mode="json")
    named = {
        "issuer": (document["issuer"] or {}).get("name"),
        "type": (document["type"] or {}).get("code"),
        "signer": (document["signer"] or {}).get("name"),
    }
    for key in ("addressees", "recipients", "executors"):
        named[key] = [agency["name"] for agency in document[key]]
    keep = ("number", "issued_on", "subject")
    assignments = [
        {
            "agencies": [agency["name"] for agency in a["agencies"]],
            "coordinating": [agency["name"] for agency in a["coordinating"]],
            "task": a["task"],
            "deadline": a["deadline"],
            "recurrence": a["recurrence"],
        }
        for a in found["assignments"]
    ]
    return {
        "source": name,
        "document": {k: document[k] for k in keep} | named,
        "assignments": assignments,
    }


def compare(letters: list[Letter], folder: Path, forms: Iterable[str], nlp: Language) -> None:
    """Print, per form, how far the records of its files agree with those of the texts."""
    import extractor
    from extractor.evaluate import evaluate

    for form in forms:
        golds, records = [], {}
        for letter in letters:
            assert letter.record is not None
            path = folder / f"{letter.name}.{_ending(form)}"
            if not path.is_file():
                continue
            name = path.name
            golds.append(gold_of(letter.record, name))
            for found, record in extractor.extract_all(path.read_bytes(), name, nlp=nlp):
                if record is None:
                    print(f"{form}: {found.name}: {found.source}")
                else:
                    records[name] = record.model_dump(mode="json")
        result = evaluate(records, golds, default_rulebook())
        print(f"{form}: {len(golds)}")
        for key, counts in sorted(result.fields.items()):
            print(f"  {key:<28} {counts.f1:.3f}  {counts.tp:4} {counts.fp:4} {counts.fn:4}")
        for miss in result.misses:
            print("   ", miss)


def _ending(form: str) -> str:
    return "scan.pdf" if form == "scan" else OFFICE[form][0] if form in OFFICE else form


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("letters", nargs="*", help="names in letters/ (all)")
    parser.add_argument("--forms", default=",".join(QUICK), help=f"of {', '.join(FORMS)}")
    parser.add_argument("--compare", action="store_true", help="read the files and compare the records")
    parser.add_argument("--font", default=Letter.font, help="the letters are printed with it (%(default)s)")
    parser.add_argument("--seed", default=Letter.seed, help="another one: other noise and tilt of the scans")
    parser.add_argument("--tilt", type=float, default=Letter.tilt, help="degrees (%(default)s)")
    chosen = parser.parse_intermixed_args()
    forms = chosen.forms.split(",")
    if unknown := set(forms) - set(FORMS):
        parser.error(f"unknown form: {', '.join(sorted(unknown))}")
    import extractor

    nlp = extractor.load(ner="none")
    paths = sorted((ROOT / "corpus" / "letters").iterdir())
    letters = [letter_of(p, nlp) for p in paths if not chosen.letters or p.name in chosen.letters]
    for letter in letters:
        letter.font, letter.seed, letter.tilt = chosen.font, chosen.seed, chosen.tilt
    chosen.out.mkdir(parents=True, exist_ok=True)
    for letter, form, data in make(letters, forms):
        (chosen.out / f"{letter.name}.{_ending(form)}").write_bytes(data)
    if chosen.compare:
        compare(letters, chosen.out, forms, nlp)


if __name__ == "__main__":
    main()
