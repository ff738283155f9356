"""A file is passed over only when its content, not its name alone, shows that it holds no post and no clue."""

import zipfile
from pathlib import Path

import pytest

from opsec.ingest.file_type import HEAD_BYTES
from opsec.ingest.harmless_files import HARMLESS_FILES, is_harmless
from tests.ingest.made import find, listed_posts

CHAT = b"[12/11/2026, 18:00:01] Ali: on guard at Falcon Camp = tonight; (north gate)\n"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
INI = "[.ShellClassInfo]\r\nIconResource=C:\\icons\\a.ico,0\r\n[ViewState]\r\nMode=\r\n; by Explorer\r\n"
STYLES = b"/* export */\nbody, .message { margin: 0; color: #000 }\n"
PROGRAM = b"function CheckLocation() { var start = 0; return start; }\n"
DIGEST = b"9e107d9d372bb6826bd81d3542a419d6"

HARMLESS: list[tuple[str, bytes]] = [
    ("desktop.ini", INI.encode()),
    ("Desktop.ini", INI.encode("utf-16")),
    (".DS_Store", b"\0\0\0\1Bud1\0\0\x10\0"),
    (".localized", b""),
    ("Icon\r", b""),
    ("Thumbs.db", OLE),
    ("ehthumbs.db", OLE),
    ("._clip.mp4", b"\x00\x05\x16\x07\x00\x02\x00\x00"),
    ("style.css", STYLES),
    ("style.css", b"\xef\xbb\xbf@charset 'utf-8'; a{}"),
    ("style.css", b"@media print { .nav { display: none } }"),
    ("page.scss", b".a { /* x */ .b { color: red } }"),
    ("a.woff2", b"wOF2\0\1\0\0"),
    ("a.woff", b"wOFFOTTO"),
    ("a.ttf", b"\0\1\0\0\0\x0f"),
    ("a.otf", b"OTTO\0\x0f"),
    ("a.eot", bytes(34) + b"LP" + bytes(46)),
    ("script.js", PROGRAM),
    ("script.js", b"// export\n'use strict';\n(() => { start(); })();"),
    ("jquery.js", b"/*! jQuery v3 */\n!function(e,t){}(window);"),
    ("jquery-3.7.1.min.js", b"!function(e,t){'use strict'}(window);"),
    ("IMG.jpg.md5", DIGEST + b"  IMG.jpg\n"),
    ("all.sha256", b"SHA256 (IMG 1.jpg) = " + DIGEST * 2 + b"\n# by shasum\n\n"),
    ("a.sfv", b"; by x\r\nIMG.jpg 0A1B2C3D\r\n"),
    ("a.md5", b""),
    ("a.md5", (DIGEST + b" *IMG.jpg\n") * 200),
]
NOT_HARMLESS: list[tuple[str, bytes]] = [
    *((name, CHAT) for name in ("desktop.ini", ".DS_Store", "Thumbs.db", "._chat.txt", "style.css", "a.ttf", "a.md5")),
    *((name, CHAT) for name in ("script.js", ".localized", "Icon\r", "ehthumbs.db")),
    ("script.js", b"[12/11/26, 18:00] Ali: at Falcon Camp => tonight\n"),
    ("script.js", b"Ali: guard (north gate); var x = 1\n"),
    ("desktop.ini", INI.encode() + CHAT),
    ("desktop.ini", b"[.ShellClassInfo]\nInfoTip=clips from Falcon Camp\n"),
    ("desktop.ini", CHAT.decode().encode("utf-16")),
    ("desktop.ini", INI.encode() + b"\xff\xfe\xfa"),
    ("Thumbs.db", b"\xff\xd8\xff\xe0"),
    ("style.css", b"Falcon Camp, tonight\n"),
    ("style.css", b"<html><body>Falcon Camp</body></html>"),
    ("a.sha1", b"see you at Falcon Camp\n"),
    ("notes.pdf", b"%PDF-1.7"),
    ("notes.pdf", b""),
    ("clip.mp4", OLE),
]


@pytest.mark.parametrize(("name", "head"), HARMLESS, ids=str)
def test_a_file_of_the_form_that_its_name_says_is_harmless(name: str, head: bytes) -> None:
    assert is_harmless(name, head[:HEAD_BYTES])


@pytest.mark.parametrize(("name", "head"), NOT_HARMLESS, ids=str)
def test_a_file_of_another_form_is_not(name: str, head: bytes) -> None:
    assert not is_harmless(name, head[:HEAD_BYTES])


def test_the_table_of_cases_has_every_kind() -> None:
    for kind in HARMLESS_FILES:
        assert any(kind.name.fullmatch(name.lower()) for name, _head in HARMLESS), kind.why
        assert any(kind.name.fullmatch(name.lower()) for name, _head in NOT_HARMLESS), kind.why


@pytest.mark.parametrize("name", sorted({name for name, head in NOT_HARMLESS if head == CHAT}))
@pytest.mark.parametrize("in_archive", [False, True])
def test_a_chat_under_such_a_name_is_a_post_on_disk_and_in_an_archive(
    name: str, in_archive: bool, tmp_path: Path
) -> None:
    if in_archive:
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr(name, CHAT)
    else:
        (tmp_path / name).write_bytes(CHAT)
    inbox = find(tmp_path)
    assert [path.rpartition("/")[2] for path, _media in listed_posts(inbox, tmp_path)] == [f"{name}#1"]
    assert inbox.skipped == ()
