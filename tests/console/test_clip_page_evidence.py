"""Evidence on the page of a clip: landmark pairs by their names, marks in captions, stills spread over the clip."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.app.clip_evidence import ClipEvidence
from opsec.casefile.clip_record import ClipRecord, History, OtherPosts
from opsec.console.clip_evidence_view import (
    MAX_CAPTION_LENGTH,
    MAX_STILLS,
    EvidenceView,
    evidence_view,
    marked_caption,
    other_stills,
)  # fmt: skip
from opsec.console.stills import still_address
from opsec.i18n.messages import Lang
from opsec.model import Hint, Landmark, Match, Motion, Picture, Result, Scan
from opsec.model.finding import own_photo_key
from tests.console.made_console import JPEG
from tests.fixtures.records import make_clip, make_match, make_site, text_hint
from tests.reports.made import flagged_clip, made_scan
from tests.reports.test_landmark_view import HINT, MATCH, OWN

KEY = "ab" * 32
GATE = Landmark(
    id="north-gate",
    photos=("gate-1.jpg",),
    names={"ar": ("البوابة الشمالية",), "en": ("North gate",)},
    zone="Gate zone",
)
SITE = make_site(landmarks=(GATE,))
PHOTOS = {own_photo_key("falcon-camp", "north-gate", "gate-1.jpg"): OWN}
RECORD = ClipRecord(
    key=KEY,
    path="gate.mp4",
    first_seen_at="2026-11-18T12:00:00+00:00",
    last_seen_at="2026-11-18T12:00:00+00:00",
    sites_sha256="",
    settings_sha256="",
    purged_at=None,
    findings={},
    sites={},
    site_codes={},
    copied={},
    same_clip=OtherPosts(),
    copies=OtherPosts(),
    history=History(),
)


def view_of(scan: Scan, lang: Lang = "en") -> EvidenceView:
    return evidence_view(ClipEvidence(RECORD, scan), scan.results[0], {SITE.id: SITE}, lang)


def seen_landmark(*more: Match) -> Scan:
    """A scan of one clip that shows a landmark, with our own photo of it."""
    base = flagged_clip()
    clip = replace(base.clip, hints=(*base.clip.hints, HINT))
    seen = replace(base, clip=clip, matches=(*more, *base.matches, MATCH))
    return replace(made_scan(), results=(seen,), own_photos=PHOTOS)


@pytest.mark.parametrize(("lang", "name"), [("en", "North gate"), ("ar", "البوابة الشمالية")])
def test_a_landmark_is_named_in_the_language_and_shown_beside_our_photo(lang: Lang, name: str) -> None:
    (item,) = [one for one in view_of(seen_landmark(), lang).items if one.line.landmark is not None]
    assert (item.landmark, item.zone, item.site, item.hint) == (name, "Gate zone", "", HINT.id)
    drawn = item.line.landmark
    assert drawn is not None
    assert drawn.photo is not None
    assert HINT.picture is not None
    assert drawn.frame.source == still_address(KEY, HINT.picture.jpeg_base64)
    assert drawn.photo.source == still_address(KEY, OWN.jpeg_base64)
    assert len(drawn.lines) == 2


def test_a_landmark_that_was_deleted_since_keeps_its_picture_without_a_name() -> None:
    scan = seen_landmark()
    found = evidence_view(ClipEvidence(RECORD, scan), scan.results[0], {}, "en")
    (item,) = [one for one in found.items if one.line.landmark is not None]
    assert item.landmark == ""


def test_evidence_of_other_sites_comes_last_and_names_its_site() -> None:
    other = replace(MATCH, id="m91", site="heron-depot", log_odds=9.0)
    scan = seen_landmark(other)
    items = view_of(scan).items
    assert [one.site for one in items] == ["", "", "", scan.site_codes["heron-depot"]]
    weights = [one.line.log_odds for one in items[:-1]]
    assert weights == sorted(weights, reverse=True)


# ── captions ──────────────────────────────────────────────────────────────────────────────────
def with_caption(text: str, *spans: tuple[int, int]) -> Result:
    clip = make_clip(text_hint(text))
    return replace(flagged_clip(), clip=clip, matches=tuple(make_match(span=span, hint_ids=("h1",)) for span in spans))


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=80),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)).map(lambda pair: (min(pair), max(pair))), max_size=5),
)
def test_the_pieces_of_a_caption_are_the_caption_and_the_marks_its_spans(
    text: str, spans: list[tuple[int, int]]
) -> None:
    caption = marked_caption(with_caption(text, *spans), "en")
    assert caption is not None
    assert "".join(piece for piece, _is_marked in caption.pieces) == text
    marks = [is_marked for piece, is_marked in caption.pieces for _char in piece]
    assert marks == [any(start <= place < end for start, end in spans) for place in range(len(text))]
    assert caption.left_out == ""


def test_a_mark_across_the_end_of_what_is_shown_is_cut_and_the_rest_counted() -> None:
    text = "x" * (MAX_CAPTION_LENGTH - 1) + "معسكر الصقر"
    caption = marked_caption(with_caption(text, (MAX_CAPTION_LENGTH - 1, len(text))), "en")
    assert caption is not None
    assert caption.pieces[-1] == ("م", True)
    assert caption.left_out == "The last 10 characters are not shown."


def test_lines_stay_lines_and_controls_are_escaped() -> None:
    caption = marked_caption(with_caption("one\ntwo\u202e\x1b[2J\r\n"), "en")
    assert caption is not None
    assert caption.pieces == [("one\ntwo\\u202e\\x1b[2J\\x0d\n", False)]


def test_a_post_without_a_caption_has_none() -> None:
    assert marked_caption(replace(flagged_clip(), clip=make_clip()), "en") is None


# ── other stills ──────────────────────────────────────────────────────────────────────────────
def a_frame(number: int, **more: object) -> Hint:
    picture = Picture(4, 3, JPEG.replace("wCd", f"wC{number:03}"))
    return replace(HINT, id=f"h{number}", at_s=float(number), picture=picture, **more)  # type: ignore[arg-type]


def test_stills_are_spread_over_the_clip_and_the_rest_is_counted() -> None:
    texts = [replace(a_frame(900 + n), field="sign", text=f"text {n}") for n in range(3)]
    stills, missing = other_stills([*(a_frame(n) for n in range(100)), *texts, a_frame(0)], KEY, "en")
    assert len(stills) == MAX_STILLS + 3
    assert missing == 100 - MAX_STILLS
    captions = [one.caption for one in stills]
    assert captions[0] == "still at 0:00.0"
    assert captions[MAX_STILLS - 1] == "still at 1:39.0"
    assert [one.words for one in stills[-3:]] == ["text 0", "text 1", "text 2"]


def test_what_is_no_jpeg_or_a_panorama_is_no_still() -> None:
    other = replace(HINT, picture=Picture(4, 3, "PHN2Zz4="))
    pan = a_frame(1, motion=Motion(motion="turn"))
    assert other_stills([other, pan, replace(HINT, picture=None)], KEY, "en") == ([], 0)
