"""Words of time, presence, strength and schedule: what is one, what is none, and whose words are read."""

import pytest

from opsec.model import MAX_TEXT
from opsec.model.fields import PRESENCE, STRENGTH
from opsec.readers.text.context_phrases import MOST, context_hints
from tests.fixtures.records import words


@pytest.mark.parametrize(
    ("text", "said", "sort"),
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
def test_telling_words(text: str, said: str, sort: str) -> None:
    hints = list(context_hints([words(text)]))
    assert (said, sort, "CONTEXT", "caption") in [(hint.text, hint.note, hint.family, hint.field) for hint in hints]


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
def test_everyday_words(text: str) -> None:
    assert not list(context_hints([words(text)]))


@pytest.mark.parametrize("field", ["comment", "filename"])
def test_words_that_the_author_did_not_choose_are_left_alone(field: str) -> None:
    assert not list(context_hints([words("on duty now", field=field)]))


def test_the_same_words_again_are_one_hint_and_there_is_a_bound() -> None:
    assert [hint.text for hint in context_hints([words("now, now"), words("NOW")])] == ["now"]
    many = " ".join(f"{n} soldiers" for n in range(100))
    assert len(list(context_hints([words(many), words(many, field="title")]))) == MOST
    assert not list(context_hints([words("\ud800 1 " * (MAX_TEXT // 4))]))
