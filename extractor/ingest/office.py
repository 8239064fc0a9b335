"""Files of older word processors, by programs of the machine: Word 97-2003 (.doc), Word 2003 XML, RTF.

LibreOffice makes a Word file of them, in a folder and with settings of its own: macros, links and the network
are off, time and size are limited. Without it catdoc or antiword give the words of a .doc, striprtf those of
an RTF: numbers of lists that the word processor makes are missing then from a .doc, which a warning says,
and merged cells from both.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from extractor.errors import Reject
from extractor.ingest import docx
from extractor.ingest.flow import Flow, Line, reading_of
from extractor.ingest.formats import LIBREOFFICE, WORDS_OF_DOC, WORDS_OF_RTF
from extractor.ingest.reading import Reading
from extractor.limits import Limits
from extractor.rulebook import Rulebook

#: the beginning of a file -> its ending and LibreOffice's filter for it; it must not guess, or it takes all
_KINDS = (
    (b"\xd0\xcf\x11\xe0", ".doc", "MS Word 97"),
    (b"{\\rtf", ".rtf", "Rich Text Format"),
    (b"", ".xml", "MS Word 2003 XML"),
)
#: what puts a paragraph into a list (sprmPIlfo with the list's number, [MS-DOC] 2.6.2), and where the length
#: of the stream that holds the words and such marks stands in its first block (cbMac, FibRgLw97)
_IN_LIST, _LENGTH_AT = re.compile(rb"\x0b\x46(?!\0\0)[\0-\xff][\0-\x07]"), 0x40
#: bytes of a sector of an OLE file, and how far the block that begins the words is looked for
_SECTOR, _SEARCHED = 512, 5_000_000
_TO = "docx:MS Word 2007 XML"
#: seconds after which a conversion of one file is given up, and bytes of memory it may address
_SECONDS, _MEMORY = 120.0, 6_000_000_000
#: what LibreOffice must not do (its own configuration schema)
_SETTINGS = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Load", "UpdateDocumentMode", "0"),
    ("Writer/Content/Update", "Link", "0"),
    ("Inet/Settings", "ooInetProxyType", "1"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
#: how each of the small programs is told to write UTF-8 without breaking lines
_SMALL = {"catdoc": ("-d", "utf-8", "-w"), "antiword": ("-m", "UTF-8.txt", "-w", "0")}


def read(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Reading]:
    """The letter. Raises `Reject` (needs, damaged, timeout, and what `docx.read` raises)."""
    ending, its_filter = next(kind[1:] for kind in _KINDS if data.startswith(kind[0]))
    if ending == ".doc" and _is_locked(data):
        raise Reject("encrypted", "Word 97-2003")
    office = LIBREOFFICE.found()
    if office:
        yield from docx.read(_word_file(office, data, ending, its_filter, limits), name, book, limits)
        return
    if ending == ".doc" and (small := WORDS_OF_DOC.found()):
        text = _words(small, data, limits)
    elif ending == ".rtf" and WORDS_OF_RTF.found():
        text = _words_of_rtf(data)
    else:
        raise Reject("needs", LIBREOFFICE.install)
    flow = Flow(book)
    for line in text.split("\n"):
        if "\t" in line:  # cells of a row, of which the last may be empty
            flow.lines.append(Line(line.strip(" ")))
        else:
            flow.add(line)
    reading = reading_of(flow.end(), book)
    reading.pipes = True
    if ending == ".doc" and _has_lists(data):
        reading.notes.append(("list_numbers_lost", LIBREOFFICE.install))
    yield reading


def _is_locked(data: bytes) -> bool:
    """Whether a .doc has a password: fEncrypted in the file information block ([MS-DOC] 2.5.1, FibBase)."""
    at = _first_block(data)
    return at is not None and bool(int.from_bytes(data[at + 10 : at + 12], "little") & 0x0100)


def _has_lists(data: bytes) -> bool:
    """Whether paragraphs of a .doc stand in lists, whose numbers only a word processor makes."""
    at = _first_block(data)
    if at is None:
        return False
    length = int.from_bytes(data[at + _LENGTH_AT : at + _LENGTH_AT + 4], "little")
    return _IN_LIST.search(data, at, at + length) is not None


def _first_block(data: bytes) -> int | None:
    """Where the file information block of a .doc begins."""
    sectors = range(_SECTOR, min(len(data), _SEARCHED), _SECTOR)
    return next((at for at in sectors if data.startswith(b"\xec\xa5", at)), None)


def _word_file(office: str, data: bytes, ending: str, its_filter: str, limits: Limits) -> bytes:
    """The bytes of a Word file that LibreOffice makes of another one."""
    with tempfile.TemporaryDirectory(prefix="congvan-") as place:
        folder = Path(place)
        (folder / f"letter{ending}").write_bytes(data)
        command = [
            office, f"-env:UserInstallation={_profile().as_uri()}", "--headless", "--norestore", "--nologo",
            "--nodefault", "--nolockcheck", f"--infilter={its_filter}", "--convert-to", _TO,
            "--outdir", str(folder / "out"), str(folder / f"letter{ending}"),
        ]  # fmt: skip
        _run(command, folder, limits, None)
        made = folder / "out" / "letter.docx"
        if not made.is_file():
            raise Reject("damaged", f"LibreOffice: {ending}")
        if made.stat().st_size > limits.unpacked:
            raise Reject("unpacks_too_large", f"{made.stat().st_size} byte")
        return made.read_bytes()


def _words(program: str, data: bytes, limits: Limits) -> str:
    """What catdoc or antiword reads in a .doc."""
    with tempfile.TemporaryDirectory(prefix="congvan-") as place:
        folder = Path(place)
        (folder / "letter.doc").write_bytes(data)
        options = _SMALL[Path(program).stem]
        with (folder / "out").open("wb") as out:
            code = _run([program, *options, str(folder / "letter.doc")], folder, limits, out.fileno())
        text = (folder / "out").read_bytes().decode("utf-8", "replace")
    if code or not text.strip():
        raise Reject("damaged", Path(program).stem)
    return text.replace("\x07", "\t")


def _words_of_rtf(data: bytes) -> str:
    """What striprtf reads in an RTF file, tabs between the cells of a row."""
    from striprtf.striprtf import rtf_to_text

    try:
        text: str = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    except Exception as e:  # it has no errors of its own: what its tables miss comes as it happens
        raise Reject("damaged", f"RTF: {type(e).__name__}") from None
    return "\n".join(line.removesuffix("|").replace("|", "\t") for line in text.split("\n"))


def _run(command: list[str], folder: Path, limits: Limits, out: int | None) -> int:
    """Run a program on a hostile file; whatever it has started ends with it. Raises `Reject` (timeout)."""
    seconds = min(_SECONDS, limits.seconds) if limits.seconds > 0 else _SECONDS
    surroundings = {
        "PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "TMPDIR": str(folder),
        "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp", "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }  # fmt: skip
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if out is None else out,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_bounds(limits.unpacked),
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise Reject("timeout", f"{seconds:g}") from None
    finally:  # also when the time limit of the document ends the wait
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _bounds(most: int) -> Callable[[], None] | None:
    """Sets what a program may take of files (`most` bytes each) and memory; None where that is not known."""
    try:
        import resource
    except ImportError:
        return None

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return bound


@lru_cache(maxsize=1)
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="congvan-office-")


def _profile() -> Path:
    """A folder with LibreOffice's settings that this process keeps: the first start in a new one is slow."""
    profile = Path(_kept().name)
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(exist_ok=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.{"" if path.startswith("Inet") else "Office."}{path}">'
        f'<prop oor:name="{prop}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, prop, value in _SETTINGS
    )
    settings.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )  # written anew each time: a file cannot change them for the next one
    return profile
