"""Stored posts round-trip; readings that may be outdated are not reused."""

import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsec.casefile.case_file import open_case
from opsec.casefile.serialisation import UnknownCodeError, pack, unpack
from opsec.casefile.stored_post import PostRow, is_final, to_row
from opsec.errors import CaseError
from opsec.i18n.messages import render
from opsec.model import CHECKS, CheckState, Hint, ListedPost, Member, Note, Post, PostFile, Reading, ReadPost, Reason
from opsec.model.notes import NOTES, NoteKind
from opsec.model.reasons import REASONS, ReasonKind
from tests.casefile.made import READERS, a_post, a_reading, digest, keep

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BLANK = st.text(max_size=40)


Record = TypeVar("Record", Reason, Note)


def filled(
    record: type[Record], catalogue: Mapping[str, ReasonKind] | Mapping[str, NoteKind]
) -> st.SearchStrategy[Record]:
    """Records of a catalogue with any text as values."""

    def of(code: str) -> st.SearchStrategy[Record]:
        blanks = [st.tuples(st.just(name), BLANK) for name in sorted(catalogue[code].blank_names)]
        return st.builds(record, st.just(code), st.tuples(*blanks))

    return st.sampled_from(sorted(catalogue)).flatmap(of)


HINTS = st.from_type(Hint).flatmap(
    lambda hint: st.lists(filled(Note, NOTES), max_size=2).map(
        lambda notes: replace(hint, notes=tuple(notes), hashes=None)
    )
)
"""Without frame hashes, which a case file keeps in a table of their own."""
READINGS = st.builds(
    Reading,
    reasons=st.lists(filled(Reason, REASONS), max_size=2).map(tuple),
    checks=st.dictionaries(st.sampled_from(CHECKS), st.sampled_from(get_args(CheckState))),
    hints=st.lists(HINTS, max_size=2).map(tuple),
    post=st.none() | st.from_type(Post),
    posts=st.lists(
        st.builds(ListedPost, st.from_type(Post), hints=st.lists(HINTS, max_size=1).map(tuple)), max_size=2
    ).map(tuple),
    members=st.lists(st.from_type(Member), max_size=2).map(tuple),
)


@FEW
@given(READINGS)
def test_a_reading_round_trips(reading: Reading) -> None:
    assert unpack(Reading, pack(reading)) == reading


@FEW
@given(
    st.lists(st.tuples(st.text(), READINGS), max_size=2), st.text(), st.none() | st.builds(ListedPost, st.builds(Post))
)
def test_a_post_round_trips_through_its_rows(
    files: list[tuple[str, Reading]], path: str, listed: ListedPost | None
) -> None:
    parts = tuple(
        PostFile(role="sidecar" if n else "media", path=name, sha256=digest(str(n)), kind="mp4", reading=reading)
        for n, (name, reading) in enumerate(files)
    )
    gone = Reason("media_missing", (("media", "x.mp4"),))
    post = ReadPost(path=path, parts=parts, listed=listed, reasons=(gone,), folders=("معسكر", "in"))
    with open_case(":memory:") as case:
        keep(case, post)
        assert list(case.posts(READERS)) == [post]


def test_only_long_records_are_compressed() -> None:
    long = Reading(members=tuple(Member(n, f"clip-{n}.mp4", n) for n in range(1_000)))
    assert len(pack(long)) < 20_000
    assert unpack(Reading, pack(long)) == long
    assert pack(Reading()).startswith(b"{")


def test_half_a_surrogate_pair_is_replaced_one_for_one() -> None:
    caption = "base \ud800\udfff gate"
    reading = Reading(hints=(Hint(kind="text", family="TEXT", reader="words", field="caption", text=caption),))
    text = unpack(Reading, pack(reading)).hints[0].text
    assert text == "base \ufffd\ufffd gate"


def test_a_record_out_of_bounds_is_refused_before_it_is_stored() -> None:
    with pytest.raises(ValueError, match="1000"):
        pack(Reading(reasons=(Reason("io_error", (("error", "x" * 1_001),)),)))


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"{}x", b"\x00" * 9, zlib.compress(b"{"), b'{"status": "unknown"}', b'{"hints": 7}'],
)
def test_a_damaged_row_is_an_error_never_an_empty_record(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        unpack(Reading, data)


# ── rows of a newer version ───────────────────────────────────────────────────────────────────
NEWER_REASON, NEWER_NOTE = Reason("of_a_newer_version"), Note("of_a_newer_version")
HINT = Hint(kind="text", family="TEXT", reader="words", field="caption", text="x", notes=(NEWER_NOTE,))
NEWER_READINGS = [
    Reading(reasons=(NEWER_REASON,)),
    Reading(hints=(HINT,)),
    Reading(posts=(ListedPost(Post(), hints=(HINT,)),)),
]


@pytest.mark.parametrize("reading", NEWER_READINGS, ids=["reason", "note", "note in a list"])
def test_a_code_of_a_newer_version_is_a_typed_error(reading: Reading) -> None:
    with pytest.raises(UnknownCodeError):
        unpack(Reading, pack(reading))


def test_a_sentence_with_missing_values_is_damage() -> None:
    for damaged in (Reading(reasons=(Reason("io_error"),)), Reading(hints=(replace(HINT, notes=(Note("text_cut"),)),))):
        with pytest.raises(ValueError, match=r"io_error|text_cut") as caught:
            unpack(Reading, pack(damaged))
        assert not isinstance(caught.value, UnknownCodeError)


@pytest.mark.parametrize(
    "post",
    [
        *(a_post(reading=reading) for reading in NEWER_READINGS),
        replace(a_post(), reasons=(NEWER_REASON,)),
        replace(a_post(), listed=ListedPost(Post(), hints=(HINT,))),
    ],
    ids=["reason", "note", "note in a list", "reason of the post", "note of its row"],
)
def test_a_case_with_such_a_code_is_refused_in_one_sentence_with_the_next_step(post: ReadPost) -> None:
    with open_case(":memory:") as case:
        keep(case, post)
        with pytest.raises(CaseError) as caught:
            list(case.posts(READERS))
    assert render(caught.value.message, "en") == (
        ":memory: was written by a newer version of this program; update opsec, or give another path with --case"
    )


# ── which readings are reused ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_reading_is_reused_unless_its_failure_is_transient(code: str) -> None:
    assert is_final(Reading(status="partly", reasons=(Reason("bad_place"), Reason(code)))) == (
        not REASONS[code].transient
    )


def test_a_final_reading_is_stored_once_and_a_transient_one_with_its_post() -> None:
    timed_out = a_reading(reasons=(Reason("timeout", (("limit_s", "20"),)),))
    parts = to_row(a_post(reading=timed_out, sidecar=Reading())).parts
    assert [part.reading for part in parts] == [timed_out, None]


def test_a_stored_post_names_its_files_and_contains_no_final_reading() -> None:
    assert b"guard change" not in pack(to_row(a_post(reading=a_reading("guard change"))))
    assert unpack(PostRow, pack(to_row(a_post()))).parts[0].sha256 == digest("gate.mp4")
