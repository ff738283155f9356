"""The likelihood: which evidence changes it, which does not, and which action it leads to."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from opsec.model import CHECKS, Coverage, CoverageStatus, Grade, Hint, Landmark, Match, Post, Result, Verdict
from opsec.model.notes import PRESENCE, STRENGTH, make_note
from opsec.settings import Thresholds
from opsec.verdict.judge import judge
from opsec.verdict.likelihood_ratios import likelihood_table
from tests.fixtures.records import RAN, make_clip, make_match, make_site, position_hint, square_fence, text_hint

THRESHOLDS = Thresholds()
CAMP = make_site(sensitivity=0.8)


def judged(*matches: Match, **more: object) -> Result:
    known = (
        position_hint(31.005, 42.005),
        text_hint("Falcon Camp", id="h2"),
        text_hint("Falcon Camp", field="filename", id="h3"),
    )
    matched_ids = {hint_id for match in matches for hint_id in match.hint_ids}
    return judge(make_clip(*(hint for hint in known if hint.id in matched_ids), **more), matches, [CAMP], THRESHOLDS)  # type: ignore[arg-type]


def real(rule: str, grade: Grade, hint: str = "h1", number: int = 1) -> Match:
    """A match with the weight in the table."""
    return make_match(
        rule=rule,
        grade=grade,
        log_odds=likelihood_table().ratio_for(rule, grade).log_odds,
        hint_ids=(hint,),
        id=f"m{number}",
    )


def test_the_printed_sum_is_the_likelihood() -> None:
    verdict = judged(real("GPS-NEAR-FENCE", "probable"), real("NAME-IN-FILE", "probable", "h3", 2)).verdict
    total = sum(line.log_odds for line in verdict.contributions)
    assert verdict.likelihood == pytest.approx(1 / (1 + math.exp(-total)))
    assert [line.family for line in verdict.contributions] == ["PRIOR", "META", "TEXT"]
    assert verdict.contributions[0].log_odds == pytest.approx(math.log(0.1 / 0.9))


@pytest.mark.parametrize(
    ("matches", "action"),
    [
        ([real("GPS-IN-FENCE", "strong")], "act_now"),
        ([real("GPS-NEAR-FENCE", "probable"), real("NAME-IN-CAPTION", "strong", "h2", 2)], "act_now"),
        ([real("GPS-NEAR-FENCE", "probable")], "act_today"),
        ([real("NAME-IN-FILE", "probable", "h3")], "review"),
        ([real("GPS-IN-FENCE", "possible")], "watch"),
        ([], "nothing_found"),
    ],
)
def test_action_words(matches: list[Match], action: str) -> None:
    assert judged(*matches).verdict.action == action


def test_a_position_inside_the_fence_is_urgent_whatever_the_sensitivity() -> None:
    result = judge(
        make_clip(position_hint(31.005, 42.005)),
        [real("GPS-IN-FENCE", "strong")],
        [make_site(sensitivity=0.0)],
        THRESHOLDS,
    )
    assert result.verdict.action == "act_now"
    assert result.verdict.action_why is not None
    assert "inside the fence" in result.verdict.action_why.en


def test_a_sensitive_zone_raises_the_severity() -> None:
    zoned = make_site(
        sensitivity=0.3, fences=(square_fence(31, 42, 31.01, 42.01, role="zone", name="armoury", sensitivity=0.95),)
    )
    in_zone = make_match(zone="armoury", zone_sensitivity=0.95)
    assert judge(make_clip(position_hint(31.005, 42.005)), [in_zone], [zoned], THRESHOLDS).verdict.severity == 0.95


@given(copies=st.integers(1, 6))
def test_a_copy_of_a_hint_changes_nothing(copies: int) -> None:
    one = real("NAME-IN-CAPTION", "strong", "h2")
    many = [real("NAME-IN-CAPTION", "strong", "h2", n) for n in range(1, copies + 1)]
    assert judged(*many).verdict.likelihood == judged(one).verdict.likelihood


def test_evidence_of_a_second_kind_in_one_family_adds_little() -> None:
    name, written = real("NAME-IN-CAPTION", "strong", "h2"), real("COORDINATES-WRITTEN", "strong", "h3", 2)
    alone, both = judged(written).verdict, judged(name, written).verdict
    gained = sum(c.log_odds for c in both.contributions) - sum(c.log_odds for c in alone.contributions)
    assert gained == pytest.approx(likelihood_table().second_in_family.log_odds)


def against(verdict: Verdict) -> list[float]:
    """Log-odds of the lines that count against the site."""
    return [line.log_odds for line in verdict.contributions[1:] if line.log_odds < 0]


def test_a_position_elsewhere_speaks_against_a_name_and_is_shown() -> None:
    named = real("NAME-IN-CAPTION", "strong", "h2")
    with_place = judge(make_clip(position_hint(33, 44), text_hint("x", id="h2")), [named], [CAMP], THRESHOLDS).verdict
    without = judge(make_clip(text_hint("x", id="h2")), [named], [CAMP], THRESHOLDS).verdict
    assert with_place.likelihood < without.likelihood
    assert against(with_place) == [likelihood_table().contradictions["position"].log_odds]
    assert against(without) == []


@pytest.mark.parametrize(
    "hint",
    [
        position_hint(31.02, 42.0),  # a kilometre away: filmed on the way there
        position_hint(33, 44, accuracy_m=400_000.0),  # so inaccurate that it may be here
    ],
)
def test_a_position_that_may_be_here_does_not_speak_against(hint: Hint) -> None:
    named = real("NAME-IN-CAPTION", "strong", "h2")
    verdict = judge(make_clip(hint, text_hint("x", id="h2")), [named], [CAMP], THRESHOLDS).verdict
    assert against(verdict) == []


def test_a_position_inside_another_of_our_sites_speaks_against_a_name() -> None:
    other = make_site("other-camp", fences=(square_fence(31.02, 42.0, 31.03, 42.01),))
    named, inside = real("NAME-IN-CAPTION", "strong", "h2"), make_match("other-camp", id="m2")
    clip = make_clip(position_hint(31.025, 42.005), text_hint("x", id="h2"))
    result = judge(clip, [named, inside], [CAMP, other], THRESHOLDS)
    by_site = {finding.site: finding.likelihood for finding in result.findings}
    alone = judge(make_clip(text_hint("x", id="h2")), [named], [CAMP, other], THRESHOLDS).verdict.likelihood
    assert result.verdict.site == "other-camp"
    assert by_site["falcon-camp"] < alone


def test_missing_text_is_not_evidence_of_absence() -> None:
    only_a_name = judge(
        make_clip(position_hint(31.005, 42.005), text_hint("a.mp4", field="filename", id="h2")),
        [make_match()],
        [CAMP],
        THRESHOLDS,
    )
    assert [line.family for line in only_a_name.verdict.contributions] == ["PRIOR", "META"]


def test_the_likelihood_never_reaches_certainty() -> None:
    sure = judge(make_clip(position_hint(31.005, 42.005)), [make_match(log_odds=60.0)], [CAMP], THRESHOLDS).verdict
    assert sure.likelihood == 0.99
    hopeless = judge(make_clip(), [], [make_site(prior=1e-6)], THRESHOLDS).verdict
    assert hopeless.likelihood == 0.01


def test_a_possible_match_alone_never_flags() -> None:
    result = judged(make_match(grade="possible", log_odds=9.0))
    assert result.verdict.action == "watch"
    assert result.findings == ()


def test_each_site_has_one_finding_with_all_its_evidence() -> None:
    other = make_site("other-camp")
    matches = [
        real("GPS-IN-FENCE", "strong"),
        real("NAME-IN-CAPTION", "strong", "h2", 2),
        make_match("other-camp", id="m3"),
    ]
    result = judge(
        make_clip(position_hint(31.005, 42.005), text_hint("x", id="h2")), matches, [CAMP, other], THRESHOLDS
    )
    assert {finding.site: finding.match_ids for finding in result.findings} == {
        "falcon-camp": ("m1", "m2"),
        "other-camp": ("m3",),
    }
    assert result.verdict.site == "falcon-camp"
    assert result.findings[0].rule == "GPS-IN-FENCE"


def test_the_fingerprint_survives_a_new_path_and_a_redrawn_fence_but_not_other_bytes() -> None:
    def mark(**more: object) -> str:
        return judged(make_match(), **more).findings[0].fingerprint

    assert (
        mark()
        == mark(path="elsewhere/b.mp4")
        == judged(make_match(log_odds=3.0, distance_m=7.0)).findings[0].fingerprint
    )
    assert mark() != mark(sha256="cd" * 32)
    assert mark(sha256=None, post=Post(url="https://x.example/1")) != mark(
        sha256=None, post=Post(url="https://x.example/2")
    )


@pytest.mark.parametrize(
    ("status", "states", "confidence"),
    [
        ("read", ["ran"] * 8, "high"),
        ("read", [*["ran"] * 7, "not_configured"], "moderate"),
        ("partly", ["ran"] * 8, "moderate"),
        ("unread", ["ran"] * 8, "low"),
        ("read", [*["ran"] * 4, "not_configured", "failed", *["not_applicable"] * 2], "moderate"),
        ("read", ["ran", *["not_applicable"] * 2, "ran", "not_configured", *["failed"] * 2, "not_applicable"], "low"),
        # a missing speech model does not lower the confidence, but a failed one may
        ("read", [*["ran"] * 3, "not_applicable", *["failed"] * 3, "not_configured"], "moderate"),
        ("read", [*["ran"] * 3, "not_applicable", *["failed"] * 3, "failed"], "low"),
    ],
)
def test_confidence_is_the_share_of_checks_that_ran(status: str, states: list[str], confidence: str) -> None:
    coverage = Coverage(status=status, checks=dict(zip(RAN, states, strict=True)))  # type: ignore[arg-type]
    assert judge(make_clip(coverage=coverage), [], [CAMP], THRESHOLDS).verdict.confidence == confidence


WORDS_ALONE = Coverage(
    status="read", checks={**dict.fromkeys(CHECKS, "not_applicable"), "sidecar": "ran", "caption": "ran"}
)
MEDIA_MISSING = Coverage(
    status="partly", checks={**dict.fromkeys(CHECKS, "failed"), "sidecar": "ran", "caption": "ran"}
)


@pytest.mark.parametrize(
    ("coverage", "url", "confidence"),
    [(WORDS_ALONE, None, "high"), (WORDS_ALONE, "https://example.org/v/1", "moderate"), (MEDIA_MISSING, None, "low")],
    ids=["words alone", "words of a clip that was not given", "the media file is missing"],
)
def test_confidence_counts_only_applicable_checks(coverage: Coverage, url: str | None, confidence: str) -> None:
    clip = make_clip(sha256=None, coverage=coverage, post=Post(caption="x", url=url))
    assert judge(clip, [], [CAMP], THRESHOLDS).verdict.confidence == confidence


@given(
    likelihoods=st.lists(st.floats(-8, 8), min_size=2, max_size=2),
    sensitivity=st.floats(0, 1),
)
def test_more_evidence_never_leads_to_a_less_urgent_action(likelihoods: list[float], sensitivity: float) -> None:
    from opsec.model import ACTIONS

    weaker, stronger = sorted(likelihoods)
    actions = [
        judge(
            make_clip(position_hint(31.005, 42.005)),
            [make_match(log_odds=odds)],
            [make_site(sensitivity=sensitivity)],
            THRESHOLDS,
        ).verdict.action
        for odds in (weaker, stronger)
    ]
    assert ACTIONS.index(actions[1]) <= ACTIONS.index(actions[0])


def _context(text: str, note: str) -> Hint:
    return Hint(
        kind="text",
        family="CONTEXT",
        reader="context",
        field="caption",
        text=text,
        notes=(make_note(note),),
        id=f"c{text}",
    )


@pytest.mark.parametrize("matches", [[], [real("GPS-IN-FENCE", "possible")]])
def test_context_words_alone_flag_nothing(matches: list[Match]) -> None:
    known = make_clip(position_hint(31.005, 42.005), _context("on duty", PRESENCE), _context("120 soldiers", STRENGTH))
    result = judge(known, matches, [CAMP], THRESHOLDS)
    assert not result.findings
    assert all(line.family != "CONTEXT" for line in result.verdict.contributions)


def test_without_matches_the_site_is_that_which_the_checks_exclude_least() -> None:
    """A site without photos of landmarks cannot be excluded by frames, whatever the order of the sites."""
    frame = Hint(kind="motion", family="VISUAL", reader="test", field="picture", id="h2")
    clip = make_clip(text_hint("tea"), frame, checks={**RAN, "landmarks": "ran"})
    photographed = make_site("seen", landmarks=(Landmark(id="gate", photos=("gate.jpg",)),))
    bare = make_site("bare")
    alone = [judge(clip, [], [site], THRESHOLDS).verdict.likelihood for site in (photographed, bare)]
    assert alone[0] < alone[1]
    for sites in ([photographed, bare], [bare, photographed]):
        assert judge(clip, [], sites, THRESHOLDS).verdict.likelihood == alone[1]
    likelier = make_site("likelier", prior=0.5, landmarks=photographed.landmarks)
    assert judge(clip, [], [bare, likelier], THRESHOLDS).verdict.likelihood > alone[1]


# ── an innocent caption ───────────────────────────────────────────────────────────────────────
_IN_PICTURES = [
    *(("GPS-IN-FENCE", grade, "h1") for grade in ("possible", "probable", "strong")),
    ("GPS-NEAR-FENCE", "possible", "h1"),
    ("GPS-NEAR-FENCE", "probable", "h1"),
    ("NAME-ON-SIGN", "probable", "h4"),
    ("NAME-ON-SIGN", "strong", "h4"),
    *(("LANDMARK-SEEN", grade, "h5") for grade in ("possible", "probable", "strong")),
]


@example(found=[("GPS-IN-FENCE", "possible", "h1")], prior=0.12, severity=0.5, has_photos=True, status="read")
@example(found=[("LANDMARK-SEEN", "possible", "h5")], prior=0.2, severity=0.5, has_photos=True, status="partly")
@given(
    found=st.lists(st.sampled_from(_IN_PICTURES), max_size=3, unique=True),
    prior=st.floats(0.01, 0.5),
    severity=st.floats(0.0, 1.0),
    has_photos=st.booleans(),
    status=st.sampled_from(["read", "partly"]),
)
def test_the_same_picture_with_an_innocent_caption_gets_the_same_action(
    found: list[tuple[str, Grade, str]], prior: float, severity: float, has_photos: bool, status: CoverageStatus
) -> None:
    photos = (Landmark(id="gate", photos=("gate.jpg",)),) if has_photos else ()
    site = make_site(prior=prior, sensitivity=severity, landmarks=photos)
    picture = (
        position_hint(31.005, 42.005),
        text_hint("main gate", field="sign", family="SIGN", id="h4"),
        Hint(kind="motion", family="VISUAL", reader="test", field="pictures", id="h5"),
    )
    matches = [real(rule, grade, hint, number) for number, (rule, grade, hint) in enumerate(found, 1)]
    coverage = Coverage(status=status, checks=dict.fromkeys(CHECKS, "ran"))
    bare = judge(make_clip(*picture, coverage=coverage), matches, [site], THRESHOLDS)
    words = text_hint("tea with the boys", id="h9")
    captioned = judge(make_clip(*picture, words, coverage=coverage), matches, [site], THRESHOLDS)
    assert captioned.verdict.action == bare.verdict.action
    assert [one.action for one in captioned.findings] == [one.action for one in bare.findings]
