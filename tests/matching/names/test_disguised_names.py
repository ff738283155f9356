"""Names without dots, in other letters, set apart, reversed, escaped or spelt by ear; and what is no name."""

import pytest

from opsec.matching.names.matcher import NameMatcher
from tests.matching.names.invented_sites import NAMES, make_site


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("معسكر الرعڡراں حلو", "saffron"),
        ("ٮكںه المرحاں", "coral"),
        ("تكنة المرجان", "coral"),
        ("مساء الخير من ثكٮة المرحان", "coral"),
        ("بٯاعدة الهدهد الحوىة", "hoopoe"),
        ("ٯاعده سٯاىٯ الںعماں", "poppy"),
        ("🅒🅐🅜🅟 🅩🅐🅕🅐🅡🅐🅝", "saffron"),
        ("🇭 🇺 🇩 🇭 🇺 🇩  🇦 🇮 🇷  🇧 🇦 🇸 🇪", "hoopoe"),
        ("Ⓜⓐⓡⓙⓐⓝ Ⓑⓐⓡⓡⓐⓒⓚⓢ", "coral"),
        ("sʞɔɐɹɹɐq uɐɾɹɐɯ", "coral"),
        ("ƈąɱք ʐąʄąཞąŋ", "saffron"),
        ("卂 ㄥ 匚卂爪卩 乙卂千卂尺卂几", "saffron"),
        ("ᴄᴀᴍᴘ ᴢᴀꜰᴀʀᴀɴ", "saffron"),
        ("Cамp Zаfаrаn", "saffron"),
        ("c a m p z a f a r a n", "saffron"),
        ("م.ع.س.ك.ر ا.ل.ز.ع.ف.ر.ا.ن", "saffron"),
        ("مـ ـعـ ـسـ ـكـ ـر الـ ـز ـعـ ـفـ ـر ا ن", "saffron"),
        ("م🔥ع🔥س🔥ك🔥ر الزعفران", "saffron"),
        ("C-A-M-P Z-A-F-A-R-A-N", "saffron"),
        ("c4mp z4f4r4n", "saffron"),
        ("Hudhud 41r b4$e", "hoopoe"),
        ("#HudhudA1rB4se", "hoopoe"),
        ("M@rj@n B@rr4cks", "coral"),
        ("M4rj4n B4rr4ck5", "coral"),
        ("Rum4n4 ch3ckp01nt", "rumana"),
        ("نارفعزلا ركسعم", "saffron"),
        ("ناجرملا ةنكث نم", "coral"),
        ("narafaz pmac", "saffron"),
        ("ﻥﺎﺟﺮﻤﻟﺍ ﺔﻨﻜﺛ", "coral"),
        ("ﺔﻨﻜﺛ ﻥﺎﺟﺮﻤﻟﺍ", "coral"),
        ("سةربازطةى طولَةباخ", "rose"),
        ("لة سةربازطةي طولةباخين", "rose"),
        ("li Serbazgeha Gulebaxê", "rose"),
        ("leşkergeha Gulebaxê", "rose"),
        ("Kampa Gulebaxê", "rose"),
        ("em li serbazgehê Gulebax in", "rose"),
        ("Kampa Ze'feran", "saffron"),
        ("كاعدة الهدهد", "hoopoe"),
        ("بگاعدة الهدهد الجويه", "hoopoe"),
        ("معسكر لزعفران", "saffron"),
        ("ثكنت المرچان", "coral"),
        ("9a3dat il hudhud", "hoopoe"),
        ("qa3edat el hudhud", "hoopoe"),
        ("mo3askar ez-Za'faran", "saffron"),
        ("mu3sker iz za3faran", "saffron"),
        ("m3skr alz3fran", "saffron"),
        ("Muʿaskar az-Zaʿfarān", "saffron"),
        ("thuknet el marjan", "coral"),
        (
            "&#1605;&#1593;&#1587;&#1603;&#1585;&nbsp;&#1575;&#1604;&#1586;&#1593;&#1601;&#1585;&#1575;&#1606;",
            "saffron",
        ),
        ("%D9%85%D8%B9%D8%B3%D9%83%D8%B1%20%D8%A7%D9%84%D8%B2%D8%B9%D9%81%D8%B1%D8%A7%D9%86", "saffron"),
        ("ãÚÓßÑ ÇáÒÚÝÑÇä", "saffron"),
        ("ظ…ط¹ط³ظƒط± ط§ظ„ط²ط¹ظپط±ط§ظ†", "saffron"),
        ("=D9=85=D8=B9=D8=B3=D9=83=D8=B1 =D8=A7=D9=84=D8=B2=D8=B9=D9=81=D8=B1=D8=A7=D9=86", "saffron"),
        ("Camp%20Zafaran", "saffron"),
        ("camp&#45;zafaran", "saffron"),
        ("\\u0645\\u0639\\u0633\\u0643\\u0631 \\u0627\\u0644\\u0632\\u0639\\u0641\\u0631\\u0627\\u0646", "saffron"),
    ],
)
def test_disguised_names_are_found(text: str, site: str) -> None:
    assert {match.site.id for match in NAMES.find(text)} == {site}


@pytest.mark.parametrize(
    "text",
    [
        "معسكر الزهراني",
        "قاعدة الهدى الجوية",
        "Hudaydah Air Base",
        "ثكنة المرجانية",
        "Morgan Barracks",
        "سيطرة الروضة",
        "الرعڡراں طيب",
        "Cl4ss 0f 2024 p4rty",
        "معسكر الرعبراں",
        "قاعدة السحاب",
        "🇮🇶🇸🇦🇩🇮 derby",
        "Prices ₳₭ 5, ฿ 20",
        "م ع س ك ر ا ل ك ش ا ف ة",
        "A B C D E air base F G",
        "رمل بحر رمل",
        "ةيوجلا باحسلا ةدعاق",
        "بالَندةيةكى جوانة طولَةباخ",
        "kampa penaberan li Duhokê",
        "9a3det nakul w nshrab",
        "گاعدة آكل وأشوف الهدهد بالتلفزيون",
        "لزعفران طعم طيب",
        "&#1605;&#1593;&#1587;&#1603;&#1585; &#1575;&#1604;&#1582;&#1586;&#1575;&#1593;&#1610;",
        "à côté de Zürich, naïve façade, ÀÉÎÕÜ",
    ],
)
def test_other_words_do_not_become_names(text: str) -> None:
    assert not list(NAMES.find(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("at &#67;amp Zafaran now", "&#67;amp Zafaran"),
        ("xx c4mp z4f4r4n!", "c4mp z4f4r4n"),
        ("from 🅒🅐🅜🅟 🅩🅐🅕🅐🅡🅐🅝.", "🅒🅐🅜🅟 🅩🅐🅕🅐🅡🅐🅝"),
        ("اليوم ناجرملا ةنكث", "ناجرملا ةنكث"),
        ("مساء ٮكںه المرحاں", "ٮكںه المرحاں"),
        ("7/318 Bde boys", "7/318 Bde"),
    ],
)
def test_match_points_at_the_words_as_written(text: str, words: str) -> None:
    assert [text[slice(*match.span)] for match in NAMES.find(text)] == [words]


def test_disguise_weighs_less_than_plain_text_and_repeats_nothing() -> None:
    assert [match.kind for match in NAMES.find("C4mp Z4f4r4n")] == ["disguised"]
    assert [match.kind for match in NAMES.find("Camp Zafaran's c4t")] == ["name"]


def test_dots_omitted_without_other_signs_are_for_review() -> None:
    assert [match.kind for match in NAMES.find("معسكر الرعڡراں")] == ["disguised"]
    assert [match.kind for match in NAMES.find("تكنة المرحان بٮن")] == []
    review = NameMatcher([make_site("lavender", {"ar": ("معسكر الخزامى",)})])
    assert [match.kind for match in review.find("معسكر الحرامى")] == ["near"]


def test_short_names_are_not_searched_for_without_dots() -> None:
    assert not list(NameMatcher([make_site("fig", {"ar": ("التين",)})]).find("الىىں"))
