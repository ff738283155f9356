"""Sidecars are assigned to media files by names inside one folder."""

import pytest

from opsec.i18n.reasons import make_reason
from opsec.ingest.file_names import kind_by_name, stem
from opsec.ingest.post_grouping import group_posts, relative_path
from opsec.ingest.sidecar_owners import ClassifiedFile, PostList, Role
from opsec.ingest.source import FileSource
from opsec.model import ListedPost, Post


def _found(name: str, role: Role) -> ClassifiedFile:
    return ClassifiedFile(FileSource(name, "/" + name), role)


ROLES: dict[str, Role] = {
    **dict.fromkeys((".mp4", ".MP4", ".webm"), "video"),
    **dict.fromkeys((".jpg", ".webp"), "picture"),
    **dict.fromkeys((".srt", ".SRT", ".vtt", ".gpx"), "track"),
}

PAIRS: list[tuple[str, list[str], dict[str, list[str]]]] = [
    ("the stem", ["a.mp4", "a.info.json"], {"a.mp4": ["a.info.json"]}),
    ("the whole name", ["a.mp4", "a.mp4.info.json"], {"a.mp4": ["a.mp4.info.json"]}),
    (
        "both",
        ["a.mp4", "a.info.json", "a.mp4.info.json"],
        {"a.mp4": ["a.info.json", "a.mp4.info.json"]},
    ),
    ("not the beginning", ["ab.mp4", "a.info.json"], {"ab.mp4": [], "a.info.json": ["a.info.json"]}),
    ("another case", ["A.MP4", "a.srt"], {"A.MP4": ["a.srt"]}),
    ("another case, but not before the same", ["A.mp4", "a.mp4", "a.json"], {"A.mp4": [], "a.mp4": ["a.json"]}),
    ("a route, and what a downloader wrote", ["a.mp4", "a.mp4.json", "a.gpx"], {"a.mp4": ["a.mp4.json", "a.gpx"]}),
    ("a subtitle goes with the film", ["a.jpg", "a.mp4", "a.SRT"], {"a.jpg": [], "a.mp4": ["a.SRT"]}),
    ("not another folder", ["x/a.mp4", "y/a.info.json"], {"x/a.mp4": [], "y/a.info.json": ["y/a.info.json"]}),
    ("a thumbnail stays a photo", ["a.jpg", "a.mp4", "a.info.json"], {"a.jpg": [], "a.mp4": ["a.info.json"]}),
    ("a photo post", ["a.jpg", "a.info.json"], {"a.jpg": ["a.info.json"]}),
    (
        "two films of one name",
        ["a.mp4", "a.webm", "a.info.json"],
        {"a.mp4": ["a.info.json"], "a.webm": ["a.info.json"]},
    ),
    ("dots in the name", ["a.b [x].mp4", "a.b [x].info.json"], {"a.b [x].mp4": ["a.b [x].info.json"]}),
    (
        "the exact name before the stem",
        ["a.mp4", "a.mp4.webm", "a.mp4.info.json"],
        {"a.mp4": ["a.mp4.info.json"], "a.mp4.webm": []},
    ),
    ("Arabic", ["مقطع.mp4", "مقطع.info.json"], {"مقطع.mp4": ["مقطع.info.json"]}),
    ("subtitles in two languages", ["a.mp4", "a.ar.vtt", "a.en-US.srt"], {"a.mp4": ["a.ar.vtt", "a.en-US.srt"]}),
    ("a language, and a film of that name", ["a.mp4", "a.ar.mp4", "a.ar.srt"], {"a.mp4": [], "a.ar.mp4": ["a.ar.srt"]}),
    ("no language of a route", ["a.mp4", "a.ar.gpx"], {"a.mp4": [], "a.ar.gpx": ["a.ar.gpx"]}),
    ("alone", ["a.info.json"], {"a.info.json": ["a.info.json"]}),
]


@pytest.mark.parametrize(("names", "posts"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_sidecars_are_grouped_with_their_media(names: list[str], posts: dict[str, list[str]]) -> None:
    found = [_found(name, ROLES.get("." + name.rpartition(".")[2], "info_json")) for name in names]
    made = group_posts(found)
    assert {post.path: [source.path for source in post.sidecars] for post in made} == posts
    assert all((post.media is None) is post.path.endswith((".info.json", ".gpx")) for post in made)


def test_the_first_row_that_names_a_media_file_gets_it_even_from_another_list() -> None:
    rows = [ListedPost(Post(caption=word), "a.mp4") for word in ("one", "two")]
    lists = [
        ClassifiedFile(
            FileSource(f"{name}.csv", name), "post_list", PostList((row,), (make_reason("bad_rows", count=1, row=3),))
        )
        for name, row in zip("xy", rows, strict=True)
    ]
    first, second = group_posts([_found("a.mp4", "video"), *lists])
    assert (first.path, first.listed) == ("a.mp4", rows[0])
    assert (second.path, second.media, second.listed) == ("y.csv#1", None, rows[1])
    assert [why.code for why in (*first.reasons, *second.reasons)] == ["bad_rows", "bad_rows"]


@pytest.mark.parametrize(
    ("media", "path"),
    [
        ("a.mp4", "in/a.mp4"),
        ("./a.mp4", "in/a.mp4"),
        ("b/a.mp4", "in/b/a.mp4"),
        ("-rf.mp4", "in/-rf.mp4"),
        ("../a.mp4", None),
        ("b/../a.mp4", None),
        ("/a.mp4", None),
        ("b//a.mp4", None),
        (".", None),
        ("b/", None),
        ("", None),
        (None, None),
    ],
)
def test_a_name_in_a_list_refers_only_to_subfolders(media: str | None, path: str | None) -> None:
    assert relative_path("in", media) == path


@pytest.mark.parametrize(
    ("name", "claimed"),
    [
        ("a.MP4", "video"),
        ("a.jpeg", "picture"),
        ("mp4", None),
        ("a.mp4.txt", "record"),
        ("a.mp4.pdf", None),
        ("a.info.json", "info_json"),
        ("a.json", "record"),
        ("a.csv", "post_list"),
        ("a.7z", "archive"),
        ("._a.mp4", "video"),
        ("style.css", None),
        ("", None),
    ],
)
def test_sidecar_names(name: str, claimed: str | None) -> None:
    assert kind_by_name(name) == claimed


@pytest.mark.parametrize(
    ("name", "without"), [("a.mp4", "a"), ("a.b.mp4", "a.b"), (".mp4", ".mp4"), ("a", "a"), ("", "")]
)
def test_stem_of_a_name(name: str, without: str) -> None:
    assert stem(name) == without
