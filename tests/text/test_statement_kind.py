"""What a sentence does with a name: a table of texts of all kinds and tongues, rules of place, and hostile texts."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.text.statement_kind import Statement, classify_statement
from tests.text.statement_texts import EXPOSING, KNOWN_ERRORS, TEXTS, split

MAX_LOST, MAX_FALSE = 0.03, 0.10
"""Largest shares of texts that expose and are not taken so, and of those that do not and are."""


def _kind(line: str) -> str:
    return classify_statement(*split(line)).kind


def _exposes(kind: str) -> bool:
    return kind in EXPOSING


@pytest.mark.parametrize(("kind", "line"), [entry for entry in TEXTS if entry[1] not in KNOWN_ERRORS])
def test_text_exposes_or_not(kind: str, line: str) -> None:
    assert _exposes(_kind(line)) == _exposes(kind)


@pytest.mark.parametrize(("kind", "line"), [(k, t) for k, t in TEXTS if not _exposes(k) and t not in KNOWN_ERRORS])
def test_kind_of_text_that_does_not_expose(kind: str, line: str) -> None:
    assert _kind(line) == kind


@pytest.mark.parametrize("line", sorted(KNOWN_ERRORS))
def test_known_error_is_still_one(line: str) -> None:
    kinds = {text: kind for kind, text in TEXTS}
    assert _kind(line) != kinds[line], "remove it from the list"


def test_shares_of_errors_are_small() -> None:
    wrong, count = Counter[bool](), Counter[bool]()
    for kind, line in TEXTS:
        count[_exposes(kind)] += 1
        wrong[_exposes(kind)] += _exposes(kind) != _exposes(_kind(line))
    assert wrong[True] / count[True] < MAX_LOST
    assert wrong[False] / count[False] < MAX_FALSE


@pytest.mark.parametrize(
    ("one", "one_kind", "other", "other_kind"),
    [
        ("colder than {Camp Nawras}", "comparison", "{Camp Nawras} is colder than last week", "plain"),
        ("it feels like {Camp Nawras}", "comparison", "i like {Camp Nawras}", "presence"),
        ("dinner at {Yaqoot} restaurant", "namesake", "dinner at {Camp Yaqoot} restaurant", "presence"),
        ("مطعم {الياقوت}", "namesake", "مطعم {معسكر الياقوت}", "plain"),
        ("نادي {النورس} اليوم", "namesake", "النادي ب{النورس} اليوم", "presence"),
        ("is {Camp Nawras} open?", "question", "are we still at {Camp Nawras}?", "presence"),
        ("my cousin is at {Camp Nawras}", "question", "my cousin came to see me at {Camp Nawras}", "presence"),
        ("salute to {Camp Nawras}", "tribute", "salute to all, we are at {Camp Nawras}", "presence"),
        ("تحية {معسكر النورس}", "tribute", "تحية من {معسكر النورس}", "presence"),
        ("وصلت التعزيزات الى {معسكر النورس} بحسب مصدر امني", "news", "وصلت {معسكر النورس}", "presence"),
        ("US troops withdraw from {Camp Nawras}, minister says", "news", "he gave us tea at {Camp Nawras}", "presence"),
        ("we are recruiting for {Camp Nawras}", "recruitment", "we are at {Camp Nawras}", "presence"),
        ("not {Camp Nawras}", "comparison", "not bad, {Camp Nawras}", "plain"),
        ("مو {معسكر النورس}", "comparison", "مو هذا {معسكر النورس}؟", "question"),
        ("is this {Camp Nawras}?", "question", "this is {Camp Nawras}. right?", "identification"),
        ("mat3am {el yaqut}", "namesake", "b mat3am {m3askar el yaqut}", "plain"),
        ("Is it true? {Camp Nawras}", "plain", "is it true {Camp Nawras} closes", "question"),
    ],
)
def test_place_of_a_cue_decides(one: str, one_kind: str, other: str, other_kind: str) -> None:
    assert (_kind(one), _kind(other)) == (one_kind, other_kind)


@pytest.mark.parametrize(
    "line",
    [
        "is this {Camp Nawras}?",
        "isn't this {Camp Yaqoot}? same courtyard",
        "مو هذا {معسكر السنبلي}؟ نفس الساحة",
        "هذا {معسكر النورس}؟",
        "ئەوە {سەربازگەی گوڵەباخ} نییە؟ هەمان حەوشە",
        "mo hatha {m3askar el yaqut}? nafs el sa7a",
    ],
)
def test_only_a_commenter_recognises_a_place_by_asking(line: str) -> None:
    assert classify_statement(*split(line)).kind == "question"
    assert classify_statement(*split(line), by_author=False).kind == "identification"


@pytest.mark.parametrize(
    ("line", "cue"),
    [
        ("{Camp Nawras}?", None),
        ("ب{معسكر النورس}؟", None),
        ("who runs {Camp Nawras}?", "who"),
        ("The minister visited {Camp Nawras}, a spokesman said in a statement", "minister"),
        ("in a statement on {Camp Nawras}, Reuters", "Reuters"),
        ("forces at {Camp Nawras} repelled an attack, agencies", "attack"),
    ],
)
def test_cue_is_the_heaviest_word_and_never_the_name(line: str, cue: str | None) -> None:
    text, span = split(line)
    found = classify_statement(text, span).cue
    assert (None if found is None else text[slice(*found)]) == cue


def test_cue_is_in_code_points_of_the_text() -> None:
    text, span = split("🔥🔥 صَبـــاح الخير من {معسكر النورس} 😂")
    statement = classify_statement(text, span)
    assert statement.kind == "presence"
    assert statement.cue is not None
    assert text[slice(*statement.cue)] == "صَبـــاح الخير"


def test_cue_after_the_name() -> None:
    text, span = split("{Nawras} FC won")
    assert classify_statement(text, span) == Statement("namesake", (7, 9))


@pytest.mark.parametrize("line", [line for _kind, line in TEXTS[::5]])
def test_emoji_and_far_text_change_nothing(line: str) -> None:
    before, _open, rest = line.partition("{")
    far = "lorem ipsum " * 100
    assert _kind(line) == _kind(f"{far}\n\n😂 {before}{{{rest} 🔥\n\n{far}")


@given(before=st.text(max_size=400), name=st.text(min_size=1, max_size=40), after=st.text(max_size=400))
def test_any_text_is_classified(before: str, name: str, after: str) -> None:
    text = before + name + after
    statement = classify_statement(text, (len(before), len(before) + len(name)))
    if statement.cue is not None:
        start, end = statement.cue
        assert 0 <= start < end <= len(text)


@given(
    words=st.lists(st.sampled_from("ⵣ # . ؟ من ب like than هذا نادي i # _ \u202e \u064b mr 3".split(" ")), max_size=60)
)
def test_words_of_the_rules_in_any_order_are_classified(words: list[str]) -> None:
    text = f"{' '.join(words)} معسكر النورس {' '.join(reversed(words))}"
    start = text.index("معسكر")
    classify_statement(text, (start, start + 12))
    classify_statement(text.replace(" ", ""), (start // 2, start // 2 + 1))


@pytest.mark.parametrize("filler", ["x", "ⵣ", "؟", ".", "a ", "#a_", "\u202e", "like ", "mr.", "7a"])
def test_hostile_length_is_cut_to_a_window(filler: str) -> None:
    text = f"{filler * 300_000} we are at Camp Nawras {filler * 300_000}"
    start = text.index("Camp Nawras")
    near = text[start - 500 : start + 500]
    assert classify_statement(text, (start, start + 11)).kind == classify_statement(near, (500, 511)).kind
    assert classify_statement(text, (0, len(text))).kind == "plain"
