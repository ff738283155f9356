"""Where a name may begin and end: at word boundaries, after prefixes, before suffixes, inside a hashtag."""

from functools import lru_cache

from opsec.matching.names.tokens import TokenisedText
from opsec.text.common_words import EVERYDAY_WORDS
from opsec.text.normalise import normalise
from opsec.text.place_terms import PLACE_TYPES, PREFIXES, QUALIFIERS, is_allowed_suffix, is_military_word

MAX_AFFIX_LETTERS = 60
"""Letters examined before and after a name in the same word."""
MIN_HASHTAG_NAME_LETTERS = 6
"""Letters of a name that is found inside a hashtag."""
_HASHTAG_WORDS = frozenset(
    normalise(word).text
    for word in (
        "life squad boys crew gang team love day days night vibes my our the in at to "
        "from with and fyp explore trend viral "
        "memories video tiktok iraq iraqi welcome hello family brothers heroes forever first last "
        "العراق الابطال ابطال رجال شباب شبابنا اليوم ليل ليالي يوم من في احبك عراقي وطني ذكريات يوميات حياة اهلي اخواني"
    ).split()
)


def is_word_aligned(tokens: TokenisedText, start: int, end: int, kurdish: bool) -> bool:
    """Whether a span of the normalised text is a whole word, but for affixes and the other words of a hashtag."""
    before = tokens.text[max(0, start - MAX_AFFIX_LETTERS) : start].rpartition(" ")[2]
    after = tokens.text[end : end + MAX_AFFIX_LETTERS].partition(" ")[0]
    if not before and not after:
        return True
    long_enough = end - start >= MIN_HASHTAG_NAME_LETTERS
    may_start = _may_come_before(tokens, before, start, long_enough)
    return may_start and _may_come_after(tokens, after, end, kurdish, long_enough)


def _may_come_before(tokens: TokenisedText, before: str, start: int, long_enough: bool) -> bool:
    if not before or before in PREFIXES:
        return True
    if before.isdigit():
        return not tokens.text[start].isdigit()
    return long_enough and (_is_camel_case_seam(tokens, start) or _is_common_words(before))


def _may_come_after(tokens: TokenisedText, after: str, end: int, kurdish: bool, long_enough: bool) -> bool:
    if not after or is_allowed_suffix(after, kurdish):
        return True
    if after[0].isdigit():
        return not tokens.text[end - 1].isdigit()
    return long_enough and (_is_camel_case_seam(tokens, end) or _is_common_words(after))


def _is_camel_case_seam(tokens: TokenisedText, position: int) -> bool:
    """Whether a capital follows a lower-case letter here, as in ``MyFalconCamp``."""
    one, other = (tokens.original[tokens.normalised.offsets[index]] for index in (position - 1, position))
    return one.islower() and other.isupper()


@lru_cache(maxsize=10_000)
def _is_common_words(letters: str) -> bool:
    """Whether letters of a hashtag are one or two words that are common in hashtags."""
    if len(letters) >= MAX_AFFIX_LETTERS:
        return False
    return _is_common_word(letters) or any(
        _is_common_word(letters[:cut]) and _is_common_word(letters[cut:]) for cut in range(2, len(letters))
    )


def _is_common_word(word: str) -> bool:
    return (
        word in _HASHTAG_WORDS
        or word in EVERYDAY_WORDS
        or word in PLACE_TYPES
        or word in QUALIFIERS
        or is_military_word(word)
    )
