"""PDF: laid out in a locked process, tagged, the same each time, and its Arabic is found by search."""

import subprocess
import sys
import unicodedata
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from opsec.errors import UsageError
from opsec.sandbox import pdf_process, pdf_worker
from opsec.sandbox.pdf_process import write_pdf
from opsec.sandbox.pdf_worker import GlyphTexts

needs_weasyprint = pytest.mark.skipif(
    find_spec("weasyprint") is None or not pdf_worker.has_font("ar"),
    reason="the extra opsec[pdf] is not installed, or no font can draw Arabic",
)
SENTENCE = "القرار المطلوب: إزالة ٧٠ منشورًا كاملًا بلا تأخير، من الأسبوع الأول إلى الآن."
PAGE = f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>صفحة</title></head>
<body><h1>عنوان</h1><p>{SENTENCE}</p></body></html>""".encode()


def test_without_weasyprint_the_sentence_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "_is_installed", lambda: False)
    with pytest.raises(UsageError, match=r'pip install "opsec\[pdf\]"'):
        write_pdf(PAGE, "ar")


@pytest.mark.slow
@needs_weasyprint
def test_the_document_is_tagged_titled_and_the_same_each_time(tmp_path: Path) -> None:
    pypdf: Any = pytest.importorskip("pypdf")
    data = write_pdf(PAGE, "ar")
    assert data == write_pdf(PAGE, "ar")
    (tmp_path / "page.pdf").write_bytes(data)
    reader = pypdf.PdfReader(tmp_path / "page.pdf")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "ar"
    assert reader.metadata.title == "صفحة"
    assert reader.metadata.author is None
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data()


@pytest.mark.slow
@needs_weasyprint
@pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_arabic_is_extracted_in_reading_order_with_every_letter(tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_bytes(write_pdf(PAGE, "ar"))
    done = subprocess.run(["pdftotext", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True)
    wanted, got = (
        "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isalnum())
        for text in (SENTENCE, done.stdout)
    )
    assert wanted in got


@pytest.mark.slow
@needs_weasyprint
def test_nothing_outside_the_page_is_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("sandstone gate", "utf-8")
    page = PAGE.replace(
        b"</body>",
        f'<img src="file://{secret}"><img src="http://127.0.0.1:9/x.png"><object data="file://{secret}"></object>'
        f'<a rel="attachment" href="file://{secret}">x</a></body>'.encode(),
    )
    data = write_pdf(page, "ar")
    assert data.startswith(b"%PDF-")
    assert b"EmbeddedFile" not in data


ATTACKS: dict[str, tuple[str, frozenset[str]]] = {
    "read /etc/passwd": ("open('/etc/passwd').read()", frozenset({"landlock"})),
    "list home": ("os.listdir(os.path.expanduser('~root') if os.geteuid() == 0 else '/home')", frozenset({"landlock"})),
    "read the page's neighbour": ("open(SECRET).read()", frozenset({"landlock"})),
    "write a file": ("open(SECRET + '.new', 'w')", frozenset({"landlock", "system_calls"})),
    "delete a file": ("os.unlink(SECRET)", frozenset({"landlock", "system_calls"})),
    "socket": ("socket.socket(socket.AF_INET)", frozenset({"system_calls"})),
    "UNIX socket": ("socket.socket(socket.AF_UNIX)", frozenset({"system_calls"})),
    "program": ("os.execv('/bin/true', ['true'])", frozenset({"system_calls", "landlock"})),
    "process": ("os.fork() or os._exit(0)", frozenset({"system_calls"})),
    "signal": ("os.kill(os.getppid(), 0)", frozenset({"system_calls", "landlock"})),
    "memory": ("bytearray(3 << 30)", frozenset({"limits"})),
    "shared memory": ("mmap.mmap(-1, 1 << 20)", frozenset({"system_calls"})),
}
"""What is tried → the program, and the parts of the lock each of which refuses it."""
FORGOTTEN_AUDIT_HOOK = "pdf_worker._REFUSED_EVENTS = ()"
"""A page that has taken over the process does not ask Python."""
# A machine without fonts has the same lock.
ATTACKER = """
import mmap, os, socket, sys
from opsec.sandbox import pdf_worker
{no_hook}
pdf_worker.has_font = lambda language: True
SECRET = sys.argv[1]
pdf_worker.load("en")
is_locked = pdf_worker.lock(frozenset(sys.argv[2].split()))
try:
    {attack}
except (OSError, MemoryError):
    print("refused", is_locked)
else:
    print("done", is_locked)
"""


def attacked(attack: str, secret: Path, without: frozenset[str] = frozenset()) -> str:
    """Return what became of an attack from inside the process."""
    program = ATTACKER.format(attack=attack, no_hook=FORGOTTEN_AUDIT_HOOK)
    command = [sys.executable, "-c", program, str(secret), " ".join(without)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


needs_lock = pytest.mark.skipif(not pdf_process.is_available(), reason="no WeasyPrint, or a kernel without Landlock")


@needs_lock
@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_from_inside_the_process_fails_and_succeeds_without_its_lock(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("sandstone gate", "utf-8")
    attack, parts = ATTACKS[name]
    assert attacked(attack, secret) == "refused True"
    assert attacked(attack, secret, parts) == ("" if name == "program" else "done False"), "another program took over"


@needs_lock
def test_the_process_reads_no_file_and_opens_no_socket(tmp_path: Path) -> None:
    """As above, two attacks for the quick suite."""
    secret = tmp_path / "secret.txt"
    secret.write_text("sandstone gate", "utf-8")
    assert attacked("open(SECRET).read()", secret) == "refused True"
    assert attacked("socket.socket(socket.AF_UNIX)", secret) == "refused True"


@needs_lock
@pytest.mark.parametrize("part", ["landlock", "system_calls", "limits", "no_new_privileges"])
def test_an_incomplete_lock_is_reported(part: str, tmp_path: Path) -> None:
    assert attacked("pass", tmp_path, frozenset({part})) == "done False"


def test_without_a_lock_no_page_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "_is_installed", lambda: True)
    monkeypatch.setattr(pdf_process, "landlock_version", lambda: 0)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("subprocess.run", None)
    assert not pdf_process.is_available()
    with pytest.raises(UsageError, match="cannot lock the process"):
        write_pdf(PAGE, "ar")


@pytest.mark.parametrize(("status", "text"), [(pdf_worker.NOT_LOCKED, "cannot lock"), (pdf_worker.NO_FONT, "no font")])
def test_each_end_of_the_process_is_a_sentence(status: int, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "_is_installed", lambda: True)
    monkeypatch.setattr(pdf_process, "_can_be_locked", lambda: True)
    done: subprocess.CompletedProcess[bytes] = subprocess.CompletedProcess([], status, b"%PDF-", b"")
    monkeypatch.setattr("subprocess.run", lambda *_arguments, **_options: done)
    with pytest.raises(UsageError, match=text):
        write_pdf(PAGE, "ar")


def test_a_ligature_is_one_character_with_its_letters_as_decomposition() -> None:
    texts = GlyphTexts()
    texts[1], texts[2], texts[3] = "لا", "لأ", "س"
    assert [len(text) for text in texts.values()] == [1, 1, 1]
    assert [unicodedata.normalize("NFKC", text) for text in texts.values()] == ["لا", "لأ", "س"]
