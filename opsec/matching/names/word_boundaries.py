"""Where a name may begin and end: at words of its own, after what is attached in front, at the seams of a hashtag."""

from functools import lru_cache

from opsec.matching.names.tokens import Reading
from opsec.text.common_words import EVERYDAY
from opsec.text.normalise import fold
from opsec.text.place_terms import PREFIXES, QUALIFIERS, TYPES, is_military, may_follow

MOST_AROUND = 60
"""Letters of its word looked at before and after a name."""
SHORTEST_IN_HASHTAG = 6
"""A shorter name is not cut out of a hashtag."""
_HASHTAG_WORDS = frozenset(
    fold(word).text
    for word in (
        "life squad boys crew gang team love day days night vibes my our the in at to "
        "from with and fyp explore trend viral "
        "memories video tiktok iraq iraqi welcome hello family brothers heroes forever first last "
        "العراق الابطال ابطال رجال شباب شبابنا اليوم ليل ليالي يوم من في احبك عراقي وطني ذكريات يوميات حياة اهلي اخواني"
    ).split()
)


def own_words(reading: Reading, start: int, end: int, kurdish: bool) -> bool:
    """Whether a stretch of the normal form stands for itself."""
    text = f" {reading.text[max(0, start - MOST_AROUND) : start]}", f"{reading.text[end : end + MOST_AROUND]} "
    before, after = text[0][text[0].rfind(" ") + 1 :], text[1][: text[1].find(" ")]
    if not before and not after:
        return True
    long_enough = end - start >= SHORTEST_IN_HASHTAG
    return _may_precede(reading, before, start, long_enough) and _may_follow(reading, after, end, kurdish, long_enough)


def _may_precede(reading: Reading, before: str, start: int, long_enough: bool) -> bool:
    if not before or before in PREFIXES:
        return True
    if before.isdigit():
        return not reading.text[start].isdigit()
    return long_enough and (_hump(reading, start) or _made_of_words(before))


def _may_follow(reading: Reading, after: str, end: int, kurdish: bool, long_enough: bool) -> bool:
    if not after or may_follow(after, kurdish):
        return True
    if after[0].isdigit():
        return not reading.text[end - 1].isdigit()
    return long_enough and (_hump(reading, end) or _made_of_words(after))


def _hump(reading: Reading, place: int) -> bool:
    """Whether a capital follows a small letter here, as in ``MyFalconCamp``."""
    one, other = (reading.original[reading.folded.places[index]] for index in (place - 1, place))
    return one.islower() and other.isupper()


@lru_cache(maxsize=10_000)
def _made_of_words(letters: str) -> bool:
    """Whether letters of a hashtag are one or two words that stand in many hashtags."""
    if len(letters) >= MOST_AROUND:
        return False
    return _common(letters) or any(_common(letters[:cut]) and _common(letters[cut:]) for cut in range(2, len(letters)))


def _common(word: str) -> bool:
    return word in _HASHTAG_WORDS or word in EVERYDAY or word in TYPES or word in QUALIFIERS or is_military(word)
