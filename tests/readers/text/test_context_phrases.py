"""Context phrases: which match, which do not, and in whose text."""

import pytest

from opsec.model import MAX_TEXT_LENGTH
from opsec.model.notes import PRESENCE, STRENGTH
from opsec.readers.text.context_phrases import MAX_HINTS, context_hints
from tests.fixtures.records import text_hint


@pytest.mark.parametrize(
    ("text", "phrase", "code"),
    [
        ("الآن بالمعسكر", "الآن", PRESENCE),
        ("هسّـــه وصلنا", "هسّـــه", PRESENCE),
        ("صباح الخير من بالواجب", "بالواجب", PRESENCE),
        ("والدوام طويل", "والدوام", PRESENCE),
        ("ئێستا لێرەین", "ئێستا", PRESENCE),
        ("We are ON DUTY tonite", "ON DUTY", PRESENCE),
        ("going live from the gate", "going live", PRESENCE),
        ("bil 5afara, hassa", "5afara", PRESENCE),
        ("سريتنا اليوم", "سريتنا", STRENGTH),
        ("السرية كاملة", "السرية", STRENGTH),
        ("تبديل الساعة 6", "تبديل الساعة 6", STRENGTH),
        ("تبديل الساعة ٦:٣٠ الصبح", "تبديل الساعة ٦:٣٠", STRENGTH),
        ("shift change at 6 pm", "shift change at 6", STRENGTH),
        ("120 soldiers here", "120 soldiers", STRENGTH),
        ("١٢٠ جندي", "١٢٠ جندي", STRENGTH),
        ("LIVE 🔴 من البوابة", "LIVE", PRESENCE),
        ("بالبوابة #live", "live", PRESENCE),
        ("طالع لايف", "لايف", PRESENCE),
        ("تبديلنا الساعة السادسة مساء", "تبديلنا الساعة السادسة", STRENGTH),
        ("الدورية كل ساعتين", "الدورية كل ساعتين", STRENGTH),
        ("گۆڕینی نۆبەت کاتژمێر ٦", "گۆڕینی نۆبەت کاتژمێر ٦", STRENGTH),
    ],
)
def test_phrases_are_found(text: str, phrase: str, code: str) -> None:
    hints = list(context_hints([text_hint(text)]))
    assert (phrase, code, "CONTEXT", "caption") in [
        (hint.text, hint.notes[0].code, hint.family, hint.field) for hint in hints
    ]


@pytest.mark.parametrize(
    "text",
    [
        "we live in a town",
        "live",
        "تبديل ثانية",
        "I know nothing",
        "snow",
        "the soldiers",
        "shift key",
        "واجبات",
        "الآنسة",
        "سريع",
        "20000000 men",
        "",
    ],
)
def test_everyday_words_are_not_found(text: str) -> None:
    assert not list(context_hints([text_hint(text)]))


@pytest.mark.parametrize("field", ["comment", "filename"])
def test_text_by_others_is_not_searched(field: str) -> None:
    assert not list(context_hints([text_hint("on duty now", field=field)]))


def test_repetitions_count_once_and_hints_are_bounded() -> None:
    assert [hint.text for hint in context_hints([text_hint("now, now"), text_hint("NOW")])] == ["now"]
    many = " ".join(f"{n} soldiers" for n in range(100))
    assert len(list(context_hints([text_hint(many), text_hint(many, field="title")]))) == MAX_HINTS
    assert not list(context_hints([text_hint("\ud800 1 " * (MAX_TEXT_LENGTH // 4))]))
