"""A file is passed over only when its content, not its name alone, shows that it holds no post and no clue."""

import zipfile
from pathlib import Path

import pytest

from opsec.ingest.harmless_files import HARMLESS_FILES, MAX_TEXT_BYTES, bytes_to_judge, is_harmless
from tests.ingest.made import find, listed_posts

CHAT = b"[12/11/2026, 18:00:01] Ali: on guard at Falcon Camp = tonight; (north gate)\n"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
INI = "[.ShellClassInfo]\r\nIconResource=C:\\icons\\a.ico,0\r\n[ViewState]\r\nMode=\r\nVid=\r\n"
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
    ("desktop.ini", b"[.ShellClassInfo]\r\nLocalizedResourceName=@%SystemRoot%\\system32\\shell32.dll,-21769\r\n"),
    ("desktop.ini", b"[LocalizedFileNames]\r\nMy clip.lnk=@%SystemRoot%\\a.dll,-1\r\n"),
    ("style.css", STYLES),
    ("style.css", STYLES * 500),
    ("style.css", b"a:nth-child(odd)>p{*zoom:1;background:url(data:image/png;base64,AA{}==)}.b{content:'{'}"),
    ("style.css", b":root{--x:1}@keyframes go{from{top:0}50%{top:1px}}@page{@bottom-center{content:'x'}}"),
    ("page.scss", b"$a: 1px;\n// sizes\n@use 'x';\n.a { &:hover { @include y; } }"),
    ("style.css", b"\xef\xbb\xbf@charset 'utf-8'; a{}"),
    ("style.css", b"@media print { .nav { display: none } }"),
    ("page.scss", b".a { /* x */ .b { color: red } }"),
    ("a.woff2", b"wOF2\0\1\0\0"),
    ("a.woff", b"wOFFOTTO"),
    ("a.ttf", b"\0\1\0\0\0\x0f"),
    ("a.otf", b"OTTO\0\x0f"),
    ("a.eot", bytes(8) + b"\2\0\2\0" + bytes(22) + b"LP" + bytes(46)),
    ("script.js", PROGRAM),
    ("script.js", b"// export\n'use strict';\n(() => { start(); })();"),
    ("script.js", b'"use strict";\n\nvar a = 1, b = {lat: 0};\n'),
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
    ("desktop.ini", b"; on guard at Falcon Camp tonight\n"),
    ("desktop.ini", b"Note=guard\n"),
    ("desktop.ini", b"[Falcon Camp]\nlat=33.3\n"),
    ("desktop.ini", b"[.ShellClassInfo]\nLocalizedResourceName=Falcon\n"),
    ("desktop.ini", b"[.ShellClassInfo]\nNote=guard at Falcon Camp\n"),
    ("desktop.ini", b"\r\n" * 3_000),
    ("Thumbs.db", b"\xff\xd8\xff\xe0"),
    ("style.css", b"Falcon Camp, tonight\n"),
    ("style.css", b"<html><body>Falcon Camp</body></html>"),
    ("style.css", b"Ali: at Falcon Camp {note: now}\n"),
    ("style.css", b"@ali at Falcon Camp tonight;\n"),
    ("style.css", b"From: a@b\nSubject: x {a: b}"),
    ("style.css", b"note: at Falcon Camp;\n"),
    ("style.css", b"a { color: red"),
    ("style.css", b"a { b: c } /* guard"),
    ("style.css", b"a { color: red }}\n"),
    ("style.css", STYLES + CHAT),
    ("style.css", STYLES * 500 + CHAT),
    ("style.css", STYLES * 500 + b"at Falcon Camp\n"),
    ("style.css", b"/* 33.9812, 43.2511 */ a { b: c }"),
    ("style.css", "/* معسكر الصقر */ a { b: c }".encode()),
    ("style.css", STYLES * (MAX_TEXT_BYTES // len(STYLES) + 1)),
    ("script.js", PROGRAM + CHAT),
    ("script.js", PROGRAM * 500 + b"at Falcon Camp\n"),
    ("script.js", b"var posts = [{text: 'at Falcon Camp'}];"),
    ("script.js", b"var base = {lat: 33.9812, lng: 43.2511};"),
    ("script.js", b'window.YTD.tweets.part0 = [ {"tweet": {"full_text": "Falcon Camp"}} ];'),
    ("script.js", b"Falcon.Camp = here\n"),
    ("script.js", b"function (party) tonight at Falcon Camp;\n"),
    ("script.js", PROGRAM + "// معسكر الصقر\n".encode() + PROGRAM),
    ("a.ttf", b"true, on guard at Falcon Camp\n"),
    ("a.woff", b"wOFF: on guard at Falcon Camp\n"),
    ("a.eot", b"on guard at Falcon Camp, in the north LP\n"),
    ("a.md5", b"; on guard at Falcon Camp tonight\n"),
    ("a.md5", DIGEST + b" on guard at Falcon Camp\n"),
    ("a.sfv", b"on guard at Falcon Camp 20261112\n"),
    ("a.md5", (DIGEST + b" *IMG.jpg\n") * 200 + CHAT),
    ("a.md5", b"\n"),
    ("a.sha1", b"see you at Falcon Camp\n"),
    ("notes.pdf", b"%PDF-1.7"),
    ("notes.pdf", b""),
    ("clip.mp4", OLE),
]


@pytest.mark.parametrize(("name", "head"), HARMLESS, ids=str)
def test_a_file_of_the_form_that_its_name_says_is_harmless(name: str, head: bytes) -> None:
    assert is_harmless(name, head[: bytes_to_judge(name)])


@pytest.mark.parametrize(("name", "head"), NOT_HARMLESS, ids=str)
def test_a_file_of_another_form_is_not(name: str, head: bytes) -> None:
    assert not is_harmless(name, head[: bytes_to_judge(name)])


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
