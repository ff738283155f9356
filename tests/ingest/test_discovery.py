"""From paths to posts: nothing lost, no duplicates, no link followed outside, no file opened by a name in content."""

import io
import os
import random
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from opsec.errors import UsageError
from opsec.i18n.messages import render
from opsec.i18n.reasons import reason_message
from opsec.ingest import walk
from opsec.settings import Limits
from tests.ingest.made import HEIC, INFO, JPEG, MP4, PNG, find, listed_posts, skipped_files, write_files


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


# ── which files are posts ─────────────────────────────────────────────────────────────────────
def test_media_are_detected_by_content_and_mislabelled_media_are_still_posts(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "a.mp4": MP4,
            "b": JPEG,
            "c.txt": PNG,
            "d.mp4": b"just words",
            "e.mp4": b"",
            "f.m3u8": b"#EXTM3U\n",
            "g.wmv": b"0&\xb2u",
            "h.HEIC": HEIC,
            "notes.txt": b"words",
            "notes.pdf": b"%PDF-",
            "words.srt": b"1\n",
            "clip.json": b"{}",
            "play": b"#EXTM3U\n",
            "none": b"",
        },
    )
    inbox = find(tmp_path)
    assert [path for path, _ in listed_posts(inbox, tmp_path)] == [
        *("a.mp4", "b", "c.txt", "d.mp4", "e.mp4", "f.m3u8", "g.wmv", "h.HEIC", "notes.txt"),
    ]
    assert skipped_files(inbox, tmp_path) == {
        "notes.pdf": "not_a_clip",
        "words.srt": "no_posts",
        "clip.json": "no_posts",
        "play": "playlist",
        "none": "empty",
    }
    assert all(render(reason_message(one.reason), lang) for one in inbox.skipped for lang in ("en",))


def test_system_files_are_ignored_unless_they_are_clips(tmp_path: Path) -> None:
    junk = dict.fromkeys(("._a.mp4", "__MACOSX/._a.mp4"), b"\x00\x05\x16\x07")
    junk |= {".DS_Store": b"\0\0\0\1Bud1", "Thumbs.db": bytes.fromhex("d0cf11e0a1b11ae1")}
    write_files(tmp_path, {**junk, "a.mp4": MP4, "._hidden.mp4": MP4, ".b.mp4": MP4, "-rf.mp4": MP4})
    inbox = find(tmp_path)
    assert [path for path, _ in listed_posts(inbox, tmp_path)] == ["-rf.mp4", "._hidden.mp4", ".b.mp4", "a.mp4"]
    assert inbox.skipped == ()


def test_files_with_unusual_names_are_found(tmp_path: Path) -> None:
    names = [
        "مقطع من البوابة.mp4",
        "a\nb\r.jpg",
        "http:x.jpg",
        "img%03d.jpg",
        "\u202egpj.jpg",
        "-rf.jpg",
        "x" * 251 + ".jpg",
    ]
    write_files(tmp_path, dict.fromkeys(names, JPEG))
    with open(os.fsencode(tmp_path) + b"/caf\xe9\xff.jpg", "wb") as odd:  # noqa: PTH123 - a name of bytes
        odd.write(JPEG)
    inbox = find(tmp_path)
    expected = sorted([*(os.fsencode(name) for name in names), b"caf\xe9\xff.jpg"])
    assert [path for path, _ in listed_posts(inbox, tmp_path)] == [
        name.decode("utf-8", "backslashreplace") for name in expected
    ]
    for post in inbox.posts:
        assert post.media is not None
        with post.media.open(Limits()) as opened:
            assert opened.kind == "jpeg"


def test_files_are_sorted_by_the_bytes_of_their_names(tmp_path: Path) -> None:
    names = ["b/1.mp4", "a.mp4", "B.mp4", "b.mp4", "b/0.mp4", "ب.mp4", "é.mp4", "b-.mp4"]
    random.Random(7).shuffle(names)
    write_files(tmp_path, dict.fromkeys(names, MP4))
    found = [path for path, _ in listed_posts(find(tmp_path), tmp_path)]
    assert found == ["B.mp4", "a.mp4", "b/0.mp4", "b/1.mp4", "b-.mp4", "b.mp4", "é.mp4", "ب.mp4"]


def test_a_file_that_only_has_the_name_of_an_apple_double_counts(tmp_path: Path) -> None:
    junk = {"._a.mp4": b"\x00\x05\x16\x07", "._notes": b"\0\xff"}
    write_files(tmp_path, {"a.mp4": MP4, **junk, "._b.mp4": b"\0\xff", "._notes.txt": b"words"})
    inbox = find(tmp_path)
    assert [path for path, _ in listed_posts(inbox, tmp_path)] == ["._b.mp4", "._notes.txt", "a.mp4"]
    assert skipped_files(inbox, tmp_path) == {"._notes": "not_a_clip"}


def test_duplicate_and_nested_paths_count_once(tmp_path: Path) -> None:
    write_files(tmp_path, {"sub/a.mp4": MP4, "sub/a.info.json": INFO, "posts.zip": _zip({"b.jpg": JPEG})})
    inbox = find(tmp_path / "sub" / "a.mp4", tmp_path / "sub", tmp_path, tmp_path / "posts.zip", tmp_path)
    assert listed_posts(inbox, tmp_path) == [("sub/a.mp4", ["a.info.json"]), ("posts.zip!/b.jpg", [])]


def test_the_current_folder_has_short_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"-rf.mp4": MP4, "sub/a.mp4": MP4})
    monkeypatch.chdir(tmp_path)
    assert [post.path for post in find(Path()).posts] == ["-rf.mp4", "sub/a.mp4"]
    assert [post.path for post in find(Path("sub/")).posts] == ["sub/a.mp4"]


# ── links, loops, and special files ───────────────────────────────────────────────────────────
@pytest.mark.timeout(10)
def test_links_are_not_followed_and_nothing_blocks(tmp_path: Path) -> None:
    outside = write_files(tmp_path / "outside", {"secret.jpg": JPEG})
    inside = write_files(tmp_path / "inside", {"a.mp4": MP4, "clip.mp4/b.jpg": JPEG})
    (inside / "inward.mp4").symlink_to("a.mp4")
    (inside / "loop").symlink_to(".")
    (inside / "up").symlink_to("..")
    (inside / "out.jpg").symlink_to(outside / "secret.jpg")
    (inside / "out").symlink_to(outside)
    (inside / "self.mp4").symlink_to("self.mp4")
    (inside / "gone.mp4").symlink_to("nowhere.mp4")
    (inside / "zero.mp4").symlink_to("/dev/zero")
    (inside / "beside").symlink_to(tmp_path / "inside2")
    (tmp_path / "inside2").mkdir()
    os.mkfifo(inside / "pipe.mp4")
    inbox = find(inside)
    assert [path for path, _ in listed_posts(inbox, inside)] == ["a.mp4", "clip.mp4/b.jpg"]
    assert skipped_files(inbox, inside) == {
        **dict.fromkeys(("up", "out.jpg", "out", "self.mp4", "gone.mp4", "zero.mp4", "beside"), "link_out"),
        **dict.fromkeys(("inward.mp4", "loop"), "link_in"),
        "clip.mp4/": "a_folder",
        "pipe.mp4": "not_a_file",
    }


def test_a_link_named_by_the_officer_is_followed(tmp_path: Path) -> None:
    real = write_files(tmp_path / "real", {"a.mp4": MP4})
    (tmp_path / "week").symlink_to(real)
    (tmp_path / "one.mp4").symlink_to(real / "a.mp4")
    assert [path for path, _ in listed_posts(find(tmp_path / "week"), tmp_path)] == ["week/a.mp4"]
    assert [path for path, _ in listed_posts(find(tmp_path / "one.mp4"), tmp_path)] == ["one.mp4"]


# ── own files ─────────────────────────────────────────────────────────────────────────────────
def test_site_folders_are_skipped_and_reported_once_and_own_files_are_skipped(tmp_path: Path) -> None:
    photos = {"geofences/base/landmarks/tower/one.jpg": JPEG, "geofences/base/landmarks/tower/two.jpg": JPEG}
    write_files(tmp_path, {**photos, "geofences2/b.mp4": MP4, "a.mp4": MP4, "out.json": b"[]", "out.json.jpg": JPEG})
    (tmp_path / "tower.jpg").symlink_to(tmp_path / "geofences/base/landmarks/tower/one.jpg")
    (tmp_path / "sites").symlink_to("geofences")
    inbox = find(tmp_path, leave_out=[tmp_path / "sites", tmp_path / "out.json", tmp_path / "not there yet.json"])
    assert [path for path, _ in listed_posts(inbox, tmp_path)] == ["a.mp4", "geofences2/b.mp4", "out.json.jpg"]
    assert skipped_files(inbox, tmp_path) == dict.fromkeys(("geofences/", "sites", "tower.jpg"), "our_sites")


@pytest.mark.parametrize("named", ["geofences", "geofences/base", "geofences/base/one.jpg", "link", "out.json"])
def test_own_files_are_refused_when_named(named: str, tmp_path: Path) -> None:
    write_files(tmp_path, {"geofences/base/one.jpg": JPEG, "a.mp4": MP4, "out.json": b"[]"})
    (tmp_path / "link").symlink_to("geofences/base")
    with pytest.raises(UsageError, match="give the folder of the posts instead"):
        find(tmp_path / "a.mp4", tmp_path / named, leave_out=[tmp_path / "geofences", tmp_path / "out.json"])


def test_a_folder_that_cannot_be_listed_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, {"a.mp4": MP4, "closed/b.mp4": MP4})
    scandir = os.scandir

    def refuse(folder: str) -> object:
        if folder.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    inbox = find(tmp_path)
    assert [path for path, _ in listed_posts(inbox, tmp_path)] == ["a.mp4"]
    assert skipped_files(inbox, tmp_path) == {"closed/": "no_permission"}


def test_a_clip_that_cannot_be_opened_stays_a_post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(
        tmp_path, {"a.mp4": MP4, "notes.pdf": b"%PDF-", "posts.csv": b"url\nx\n", "posts.zip": _zip({"b.jpg": JPEG})}
    )

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    inbox = find(tmp_path)
    assert listed_posts(inbox, tmp_path) == [("a.mp4", []), ("posts.csv", ["posts.csv"]), ("posts.zip", [])]
    assert skipped_files(inbox, tmp_path) == {"notes.pdf": "no_permission"}


# ── nothing to do ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["gone", "gone\0", "a.mp4/x", "loop"])
def test_a_path_that_does_not_exist(tmp_path: Path, name: str) -> None:
    write_files(tmp_path, {"a.mp4": MP4})
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match="check the path"):
        find(tmp_path / "a.mp4", tmp_path / name)


def test_an_empty_folder_is_an_error_that_names_the_skipped_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="contains no clips, photos or post lists; check"):
        find(tmp_path)
    write_files(tmp_path, {"words.srt": b"1\n"})
    with pytest.raises(UsageError, match="1 other file was skipped"):
        find(tmp_path)
    write_files(tmp_path, {"more.json": b"{}"})
    with pytest.raises(UsageError, match="2 other files were skipped"):
        find(tmp_path)


def test_an_unsupported_file_is_a_post_that_was_not_checked(tmp_path: Path) -> None:
    write_files(tmp_path, {"notes.pdf": b"%PDF-"})
    (post,) = find(tmp_path).posts
    assert post.unread is not None
    assert post.unread.code == "not_a_clip"


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MAX_ENTRIES", 3)
    write_files(tmp_path, {"a/1.mp4": MP4, "b/2.mp4": MP4})
    with pytest.raises(UsageError, match="one at a time"):
        find(tmp_path)


# ── lists ─────────────────────────────────────────────────────────────────────────────────────
def test_rows_are_paired_with_their_media_and_keep_their_number(tmp_path: Path) -> None:
    table = (
        "url,caption,media\n"
        "u1,first,a.mp4\n"  # 1: beside the list
        "u2,second,./sub/b.mp4\n"  # 2: below it
        "u3,only words,\n"  # 3
        "\n"  # 4: no such file
        "u5,no medium,gone.mp4\n"  # 5
        "u6,again,a.mp4\n"  # 6: the media file is taken
        "u7,out,../outside.mp4\n"  # 7
        "u8,out,/etc/passwd\n"  # 8
        "u9,arabic,مقطع.mp4\n"  # 9
        ",,\n"
    )
    write_files(tmp_path, {"in/posts.csv": table.encode(), "in/a.mp4": MP4, "in/sub/b.mp4": MP4, "in/مقطع.mp4": MP4})
    write_files(tmp_path, {"outside.mp4": MP4})
    inbox = find(tmp_path)
    captions = {
        post.path[len(os.fspath(tmp_path)) + 1 :]: (post.listed.post.caption if post.listed else None)
        for post in inbox.posts
    }
    assert captions == {
        "in/a.mp4": "first",
        "in/sub/b.mp4": "second",
        "in/posts.csv#3": "only words",
        "in/posts.csv#5": "no medium",
        "in/posts.csv#6": "again",
        "in/posts.csv#7": "out",
        "in/posts.csv#8": "out",
        "in/مقطع.mp4": "arabic",
        "outside.mp4": None,
    }
    reasons = {
        post.path.rpartition("#")[2]: [why.code for why in post.reasons] for post in inbox.posts if "#" in post.path
    }
    assert reasons == {"3": [], "5": ["media_missing"], "6": [], "7": ["media_missing"], "8": ["media_missing"]}


def test_names_in_different_unicode_forms_are_paired(tmp_path: Path) -> None:
    write_files(tmp_path, {"\u0623.mp4": MP4, "posts.csv": "caption,media\nx,\u0627\u0654.mp4\n".encode()})
    (post,) = find(tmp_path).posts
    assert post.media is not None
    assert post.listed is not None


def test_a_list_named_alone_includes_its_media_and_their_sidecars(tmp_path: Path) -> None:
    table = b"caption,media\nx,a.mp4\ny,sub/b.mp4\nz,link.mp4\nw,way/b.mp4\nv,a\0.mp4\nu,other.txt\n"
    write_files(tmp_path, {"posts.csv": table, "a.mp4": MP4, "a.info.json": INFO, "sub/b.mp4": MP4, "c.mp4": MP4})
    (tmp_path / "link.mp4").symlink_to("c.mp4")
    (tmp_path / "way").symlink_to("sub")
    inbox = find(tmp_path / "posts.csv")
    assert listed_posts(inbox, tmp_path) == [
        *((f"posts.csv#{row}", []) for row in (3, 4, 5, 6)),
        ("a.mp4", ["a.info.json"]),
        ("sub/b.mp4", []),
    ]


def test_an_unreadable_list_is_a_separate_post(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {"posts.csv": b"\x00\x01\x02\xff,\x00\n", "empty.csv": b"", "rows.csv": b"url,caption\n", "bad.jsonl": b"{\n"},
    )
    inbox = find(tmp_path)
    assert listed_posts(inbox, tmp_path) == [(name, [name]) for name in ("bad.jsonl", "empty.csv", "posts.csv")]
    assert all(post.media is None for post in inbox.posts)
    assert skipped_files(inbox, tmp_path) == {"rows.csv": "no_posts"}


def test_list_errors_apply_to_its_posts_and_remarks_do_not(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.csv": b"captoin,url\nx,y\n", "b.csv": b"caption,likes\nx,7\n", "c.mp4": MP4})
    inbox = find(tmp_path)
    assert [[why.code for why in post.reasons] for post in inbox.posts] == [["unknown_column"], [], []]
    assert skipped_files(inbox, tmp_path) == {"b.csv": "column_ignored"}


# ── archives ──────────────────────────────────────────────────────────────────────────────────
def test_an_archive_is_a_folder_of_posts(tmp_path: Path) -> None:
    inner = {
        "a/clip.mp4": MP4,
        "a/clip.info.json": INFO,
        "clip.info.json": INFO,
        "posts.csv": b"caption,media\nx,a/clip.mp4\ny,gone.mp4\n",
        "IMG_1": JPEG,
        "false.mp4": b"words",
        "notes.txt": b"words",
        "notes.pdf": b"%PDF-",
        "../../up.jpg": JPEG,
        "more.zip": _zip({"x.jpg": JPEG}),
        "__MACOSX/._clip.mp4": b"\x00\x05\x16\x07",
    }
    write_files(tmp_path, {"posts.zip": _zip(inner)})
    inbox = find(tmp_path)
    assert listed_posts(inbox, tmp_path) == [
        ("posts.zip!/a/clip.mp4", ["clip.info.json"]),
        ("posts.zip!/clip.info.json", ["clip.info.json"]),
        ("posts.zip!/posts.csv#2", []),
        ("posts.zip!/IMG_1", []),
        ("posts.zip!/false.mp4", []),
        ("posts.zip!/notes.txt", ["notes.txt"]),
        ("posts.zip!/../../up.jpg", []),
    ]
    assert skipped_files(inbox, tmp_path) == {
        "posts.zip!/more.zip": "nested_archive",
        "posts.zip!/notes.pdf": "not_a_clip",
    }
    for post in inbox.posts:
        for source in (*([post.media] if post.media else []), *post.sidecars):
            with source.open(Limits()) as opened:
                assert opened.file.read() == inner[source.path.partition("!/")[2]]
    assert [path.name for path in tmp_path.iterdir()] == ["posts.zip"]


def test_folders_are_relative_to_the_path_named_by_the_officer(tmp_path: Path) -> None:
    inside = _zip({"deep/a.mp4": MP4})
    write_files(tmp_path, {"own/in/camp/2026/a.mp4": MP4, "own/in/b.mp4": MP4, "own/in/c/sent.zip": inside})

    def folders(*below: str) -> dict[str, tuple[str, ...]]:
        posts = find(*(tmp_path / one for one in below)).posts
        return {post.path[len(os.fspath(tmp_path)) + 1 :]: post.folders for post in posts}

    assert folders("own/in") == {
        "own/in/b.mp4": (),
        "own/in/c/sent.zip!/deep/a.mp4": ("c", "sent.zip", "deep"),
        "own/in/camp/2026/a.mp4": ("camp", "2026"),
    }
    assert folders("own/in/camp/2026/a.mp4", "own/in/c/sent.zip") == {
        "own/in/camp/2026/a.mp4": (),
        "own/in/c/sent.zip!/deep/a.mp4": ("sent.zip", "deep"),
    }


def test_subtitles_in_any_language_are_included_with_a_clip_named_alone(tmp_path: Path) -> None:
    write_files(
        tmp_path, {"a.mp4": MP4, "a.ar.vtt": b"WEBVTT", "a.mp4.en.srt": b"1", "ab.ar.vtt": b"", "a.ar.gpx": b""}
    )
    assert listed_posts(find(tmp_path / "a.mp4"), tmp_path) == [("a.mp4", ["a.ar.vtt", "a.mp4.en.srt"])]


def test_a_list_or_a_chat_beside_a_named_clip_gives_only_its_row(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "a.mp4": MP4,
            "b.mp4": MP4,
            "posts.csv": b"caption,media\nx,a.mp4\ny,b.mp4\nz,\n",
            "other.json": b'{"caption": "of nobody"}',
            "a.pdf": b"%PDF-",
            "b.pdf": b"%PDF-",
        },
    )
    inbox = find(tmp_path / "a.mp4")
    (clip, unread) = inbox.posts
    assert (clip.path, clip.listed and clip.listed.post.caption) == (f"{tmp_path}/a.mp4", "x")
    assert [(why.code, dict(why.blanks)) for why in clip.reasons] == [("beside_not_read", {"file": "a.pdf"})]
    assert unread.path == f"{tmp_path}/a.pdf"


def test_an_archive_that_cannot_be_listed_in_full_is_itself_a_post(tmp_path: Path) -> None:
    whole = _zip({"a.jpg": JPEG, "b.jpg": JPEG, "c.jpg": JPEG})
    write_files(
        tmp_path,
        {"cut.zip": whole[:-30], "false.zip": b"words", "many.zip": whole, "none.zip": _zip({}), "x.rar": b"Rar!"},
    )
    inbox = find(tmp_path, limits=Limits(archive_members=2))
    assert listed_posts(inbox, tmp_path) == [
        ("cut.zip", []),
        ("false.zip", []),
        ("many.zip", []),
        ("many.zip!/a.jpg", []),
        ("many.zip!/b.jpg", []),
        ("x.rar", []),
    ]
    many = next(post for post in inbox.posts if post.path.endswith("many.zip"))
    assert [why.code for why in many.reasons] == ["too_many"]
    assert skipped_files(inbox, tmp_path) == {"none.zip": "no_posts"}


def test_the_name_of_a_list_and_its_folders_go_with_its_first_row(tmp_path: Path) -> None:
    chat = b"16/11/2026, 21:14 - Ali: a.mp4 (file attached)\n16/11/2026, 22:14 - Ali: good night\n"
    write_files(
        tmp_path,
        {"week/WhatsApp Chat with Camp.txt": chat, "week/a.mp4": MP4, "posts.csv": b"caption\nx\ny\n"},
    )
    folders = {post.path.removeprefix(f"{tmp_path}/"): post.folders for post in find(tmp_path).posts}
    assert folders == {
        "posts.csv#1": ("posts",),
        "posts.csv#2": (),
        "week/a.mp4": ("week", "WhatsApp Chat with Camp"),
        "week/WhatsApp Chat with Camp.txt#2": (),
    }
