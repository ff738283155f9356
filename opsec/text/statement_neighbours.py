"""What stands beside a name and takes it away from the base: another thing of that name, or a comparison.

*Nawras FC*, ``مطعم الياقوت`` and *my cousin Nawras* are namesakes; *colder than X*, ``تكول X`` and *not exactly X*
compare what is elsewhere with the base.
"""

from opsec.text.name_context import ARTICLES, NameContext, are
from opsec.text.statement_words import Cue, families

_THINGS = frozenset({"thing", "title", "media", "kin", "family_name", "indefinite"})
_COMPARING = frozenset(
    "likeness likeness_near edition rather makes become elative than negative even conditional".split()
)
_NO_WORDS: frozenset[str] = frozenset()
_MAX_WORDS_OF_COMPARISON = 5
_MAX_WORDS_AFTER_THAN = 8
_MORE = frozenset("more less fewer rather other".split())
_KURDISH_THAN = frozenset({"له", "ji"})
_KURDISH_ELATIVES = ("تر", "تره", "ترين", "تربو", "tir", "tirin")
_MIN_KURDISH_ELATIVE = 3


def namesake(reading: NameContext) -> Cue | None:
    """A noun of a thing, a title or a relation beside the name makes it the name of that."""
    passage = reading.passage
    attached = any("thing" in families(part) for part in (passage.prefix, passage.suffix) if part)
    if not attached and _THINGS.isdisjoint(reading.own):
        return None
    if reading.is_military():
        return _thing_beside(reading, "media")
    if attached:
        return Cue("thing", passage.name, passage.name + 1)
    return _thing_beside(reading, "thing", "title", "media") or reading.before(0, "indefinite") or _relation(reading)


def _thing_beside(reading: NameContext, *wanted: str) -> Cue | None:
    """Arabic and Kurdish write the kind of thing before its name; English mostly after it."""
    cue = reading.before(1, *wanted)
    if cue and not reading.prefix and are(reading.between(cue), ARTICLES if cue.family == "thing" else _NO_WORDS):
        return cue
    cue = reading.after(1, *wanted)
    if cue is None or cue.family == "title" or not reading.passage.words[cue.start].isascii():
        return None
    between = reading.passage.words[reading.passage.name + 1 : cue.start]
    return None if any(map(families, between)) else cue


def _relation(reading: NameContext) -> Cue | None:
    """*My cousin Nawras*, *Nawras is my little cousin*, *the Nawras family*."""
    if reading.preposition:
        return None
    is_named = reading.after(0, "name_is") is not None
    return reading.before(0, "kin") or reading.after(0, "family_name") or reading.after(4 * is_named, "kin", "title")


def clearly_about_another_thing(reading: NameContext) -> Cue | None:
    topics = reading.own.get("topic", ())
    return topics[0] if len(topics) > 1 and not reading.is_military() else None


def about_another_thing(reading: NameContext) -> Cue | None:
    topic = reading.in_sentence("topic")
    return topic if topic and not reading.is_military() else None


def comparison(reading: NameContext) -> Cue | None:
    """The name is the standard of a comparison: *better than X*, *like X*, *not X*."""
    if _COMPARING.isdisjoint(reading.own) and reading.preposition not in _KURDISH_THAN:
        return None
    return (
        _likeness(reading)
        or reading.after(0, "edition")
        or reading.before(1, "rather")
        or reading.before(0, "makes")
        or (None if reading.preposition else reading.before(0, "become"))
        or _after_elative(reading)
        or _negated(reading)
        or _even(reading)
        or reading.before(_MAX_WORDS_OF_COMPARISON, "conditional")
    )


def _likeness(reading: NameContext) -> Cue | None:
    """*Like X*, ``مثل X``; Arabic also *like the yard of X*, but not *like every day at X*."""
    cue = reading.before(2, "likeness", "likeness_near")
    if cue is None or _is_other_like(reading, cue):
        return None
    between = reading.between(cue)
    if any("time" in families(word) for word in between):
        return None
    nothing = reading.in_sentence("no_such")
    if nothing and nothing.end == cue.start:
        return None
    is_construct = cue.family == "likeness" and not reading.preposition
    return cue if is_construct or are(between, ARTICLES, "locative", "than") else None


def _negated(reading: NameContext) -> Cue | None:
    cue = reading.before(1, "negative")
    return cue if cue and not reading.in_sentence("first") and are(reading.between(cue), ARTICLES) else None


def _even(reading: NameContext) -> Cue | None:
    """*Even X had better tea*; ``حتى X`` also means *as far as X*."""
    cue = reading.before(0, "even")
    if cue is None or reading.preposition:
        return None
    is_english = reading.passage.words[cue.start] == "even"
    return cue if is_english or reading.after(6, "elative", "negative") else None


def _after_elative(reading: NameContext) -> Cue | None:
    """*Colder than X*, *X was better than this*; Kurdish *than X nicer*."""
    elative = reading.before(_MAX_WORDS_OF_COMPARISON, "elative")
    if elative and any("than" in families(word) for word in (*reading.between(elative), reading.passage.prefix)):
        exists = reading.before(_MAX_WORDS_OF_COMPARISON + 3, "no_such")
        return elative if exists is None or exists.end > elative.start else None
    if (cue := _after_than(reading)) is not None:
        return cue
    if reading.preposition in _KURDISH_THAN and (cue := reading.after(1, "elative")):
        return cue
    if reading.preposition in _KURDISH_THAN and (cue := _kurdish_elative(reading)):
        return cue
    later = reading.after(_MAX_WORDS_OF_COMPARISON - 1, "elative")
    if later is None or reading.preposition:
        return None
    words = reading.passage.words[later.end : later.end + _MAX_WORDS_OF_COMPARISON]
    standard = next((index for index, word in enumerate(words) if "than" in families(word)), len(words))
    return later if are(words[standard + 1 : standard + 2] or ("?",), frozenset(), "demonstrative") else None


def _after_than(reading: NameContext) -> Cue | None:
    """English *longer than the line at X*, but not *longer than a week at X*."""
    than = reading.before(_MAX_WORDS_AFTER_THAN, "than")
    words = reading.passage.words
    if than is None or words[than.start] != "than" or than.start == 0:
        return None
    if words[than.start - 1] in _MORE or (than.end < len(words) and "time" in families(words[than.end])):
        return None
    return than


def _kurdish_elative(reading: NameContext) -> Cue | None:
    """A word after the name with the Kurdish ending of comparatives."""
    first = reading.passage.name + 1
    for index, word in enumerate(reading.passage.words[first : first + 4], first):
        if word.endswith(_KURDISH_ELATIVES) and len(word) > _MIN_KURDISH_ELATIVE:
            return Cue("elative", index, index + 1)
    return None


def _is_other_like(reading: NameContext, cue: Cue) -> bool:
    """Whether *like* is the verb, or *looks like* says what is seen."""
    words = reading.passage.words
    if words[cue.start : cue.end] != ("like",) or cue.start == 0:
        return False
    verb = cue.start - 1
    if words[verb].startswith("look"):
        subject = words[verb - 1] if verb > reading.first_word else ""
        return not subject or "demonstrative" in families(subject)
    return "like_verb" in families(words[verb])
