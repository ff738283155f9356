"""Every message exists in both languages with the same placeholders, and numbers keep their position in Arabic."""

import re
from string import Formatter

import pytest

from opsec.devtools import i18n
from opsec.i18n import messages
from opsec.i18n.messages import FSI, LRI, PDI, _, isolate, ngettext, render
from tests.fixtures.source_messages import source_messages


def blanks(template: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(template) if name}


def test_every_message_of_the_source_is_translated() -> None:
    kept = i18n.load_catalogue()
    wanted = source_messages()
    missing = [message.id for message in wanted if message.id and message.id not in kept]
    assert missing == []
    assert i18n.untranslated(kept) == []


def test_the_compiled_catalogue_is_the_one_in_the_repository() -> None:
    assert (i18n.FOLDER / "opsec.mo").read_bytes() == i18n.compile_catalogue(i18n.load_catalogue())


def forms(strings: object) -> tuple[str, ...]:
    """The singular and plural forms of a message or of its translation."""
    return tuple(strings) if isinstance(strings, tuple | list) else (str(strings),)


def is_faithful(wanted: set[str], translation: str) -> bool:
    """Whether a translation has these placeholders and is Arabic, unless it has no words."""
    # Arabic has words for one and two: those forms may leave the number out.
    if not wanted - {"n"} <= blanks(translation) <= wanted:
        return False
    words = re.sub(r"\{\w+\}", "", translation)
    return bool(re.search("[\u0600-\u06ff]", words)) or not re.search("[a-z]", words)


def test_every_translation_has_the_placeholders_of_its_message_and_is_arabic() -> None:
    kept = [message for message in i18n.load_catalogue() if message.id]
    assert len(kept) > 1_000
    assert [
        (message.id, translation)
        for message in kept
        for translation in forms(message.string)
        if not is_faithful(blanks(forms(message.id)[-1]), translation)
    ] == []


@pytest.mark.parametrize(
    ("wanted", "translation", "faithful"),
    [
        ({"file"}, "لم يُقرأ {file}", True),
        ({"n", "file"}, "ملف واحد: {file}", True),
        ({"n"}, "{n}", True),
        (set(), "MGRS", True),
        ({"file"}, "لم يُقرأ الملف", False),
        ({"file"}, "لم يُقرأ {path}", False),
        ({"file"}, "لم يُقرأ {file} {path}", False),
        ({"file"}, "cannot read {file}", False),
        (set(), "cannot read", False),
    ],
)
def test_lost_and_foreign_placeholders_and_english_words_are_found(
    *, wanted: set[str], translation: str, faithful: bool
) -> None:
    assert is_faithful(wanted, translation) is faithful


@pytest.mark.parametrize(
    ("plain", "typed"),
    [
        ("عيّن مسارًا بالخيار --case", "--case"),
        ("ثم دقّقه بالأمر: opsec sites check.", "opsec sites check"),
        ('مثل {n} في [names]؛ أضف en = ["Falcon Camp"]', '[names]|en = ["Falcon Camp"]'),
        ("النوع والرمز (kind وcode) هنا", "kind|code"),
        ("اختر اسمًا ينتهي بـ .html أو .json.", ".html|.json"),
        ("ثبّت الحزمة tesseract-ocr-{language} أولًا", "tesseract-ocr-{language}"),
        ("{file}: تُرك، {n} م", ""),
        ("[خيارات]...", ""),
    ],
)
def test_command_words_are_isolated_when_the_catalogue_is_compiled(plain: str, typed: str) -> None:
    made = i18n.isolate_literals(plain)
    assert "|".join(re.findall(f"{LRI}(.*?){PDI}", made)) == typed
    assert made.replace(LRI, "").replace(PDI, "") == plain


def test_the_catalogue_contains_no_direction_marks() -> None:
    text = (i18n.FOLDER / "opsec.po").read_text("utf-8")
    assert re.search("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", text) is None


def test_numbers_and_names_are_isolated_in_arabic() -> None:
    message = _("{file}: {distance_m}", file="قاعدة.mp4", distance_m=1200)
    assert render(message, "ar") == f"{FSI}قاعدة.mp4{PDI}: {LRI}1,200{PDI}"
    assert render(_("{file}", file="clip.mp4"), "en") == "clip.mp4"
    assert render(_("{file}", file="قاعدة.mp4"), "en") == f"{FSI}قاعدة.mp4{PDI}"


@pytest.mark.parametrize(("n", "form"), [(0, 0), (1, 1), (2, 2), (3, 3), (10, 3), (11, 4), (99, 4), (100, 5), (103, 3)])
def test_arabic_has_six_plural_forms(n: int, form: int) -> None:
    kept = i18n.load_catalogue().get("{done} of {n} clip scanned")
    assert kept is not None
    assert isinstance(kept.string, tuple)
    template = kept.string[form]
    rendered = render(ngettext("{done} of {n} clip scanned", "{done} of {n} clips scanned", n, done=0), "ar")
    assert rendered == template.format(n=isolate(n, "ar"), done=isolate(0, "ar"))


@pytest.mark.parametrize(
    ("variables", "lang"),
    [
        ({}, "en"),
        ({"LANG": "ar_IQ.UTF-8"}, "ar"),
        ({"LANG": "ar_IQ.UTF-8", "OPSEC_LANG": "en"}, "en"),
        ({"LC_ALL": "C", "LANG": "ar_IQ"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_language_comes_from_the_environment(
    variables: dict[str, str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPSEC_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    messages.set_language(None)
    assert messages.current_language() == lang


@pytest.mark.parametrize(
    ("asked", "variable", "preferred", "locale", "spoken"),
    [
        ("en", "ar", "ar", "ar_IQ.UTF-8", "en"),
        (None, "en", "ar", "ar_IQ.UTF-8", "en"),
        (None, "", "ar", "C.UTF-8", "ar"),
        (None, "", "en", "ar_IQ.UTF-8", "en"),
        (None, "", None, "ar_IQ.UTF-8", "ar"),
        (None, "", None, "", "en"),
    ],
)
def test_the_language_is_the_first_one_that_is_named(
    *,
    asked: messages.Lang | None,
    variable: str,
    preferred: messages.Lang | None,
    locale: str,
    spoken: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPSEC_LANG", variable)
    monkeypatch.setenv("LANG", locale)
    monkeypatch.setattr(messages, "_chosen", asked)
    monkeypatch.setattr(messages, "_preferred", None)
    messages.set_preferred_language(preferred)
    assert messages.current_language() == spoken
