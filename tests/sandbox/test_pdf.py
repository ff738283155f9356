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
from opsec.sandbox import pdf_process
from opsec.sandbox.pdf_process import write_pdf
from opsec.sandbox.pdf_worker import GlyphTexts

needs_weasyprint = pytest.mark.skipif(find_spec("weasyprint") is None, reason="the extra opsec[pdf] is not installed")
SENTENCE = "القرار المطلوب: إزالة ٧٠ منشورًا كاملًا بلا تأخير، من الأسبوع الأول إلى الآن."
PAGE = f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>صفحة</title></head>
<body><h1>عنوان</h1><p>{SENTENCE}</p></body></html>""".encode()


def test_without_weasyprint_the_sentence_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "is_available", lambda: False)
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


@needs_weasyprint
@pytest.mark.parametrize(
    "attempt",
    ["import socket; socket.socket()", "import subprocess; subprocess.run(['true'])", "import os; os.system('true')"],
)
def test_the_process_refuses_network_and_programs(attempt: str) -> None:
    program = f"import sys\nfrom opsec.sandbox import pdf_worker\nsys.addaudithook(pdf_worker._refuse)\n{attempt}\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "PermissionError" in done.stderr


def test_a_ligature_is_one_character_with_its_letters_as_decomposition() -> None:
    texts = GlyphTexts()
    texts[1], texts[2], texts[3] = "لا", "لأ", "س"
    assert [len(text) for text in texts.values()] == [1, 1, 1]
    assert [unicodedata.normalize("NFKC", text) for text in texts.values()] == ["لا", "لأ", "س"]
