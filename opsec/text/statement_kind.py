"""What a sentence does with the name of a base: it shows presence, identifies what is seen, or only mentions it.

Naming is not showing: a report, a vacancy, a condolence, a joke or a club of the same name exposes nothing. Each kind
has families of cues (``statement_words``), and a rule where these must stand: beside the name, in its sentence, or
anywhere near. The first rule of ``_RULES`` that fires decides.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from opsec.text.name_context import ARTICLES, NameContext, are
from opsec.text.statement_neighbours import about_another_thing, clearly_about_another_thing, comparison, namesake
from opsec.text.statement_words import Cue, read_passage

StatementKind = Literal[
    "presence", "identification", "plain", "news", "recruitment", "tribute", "comparison", "question", "namesake"
]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sentence does with a name, and the words that show it."""

    kind: StatementKind
    cue: tuple[int, int] | None
    """Code points of the text, end exclusive; None where no word but the name shows it."""


def classify_statement(text: str, span: tuple[int, int], *, by_author: bool = True) -> Statement:
    """Classify what the sentence around a name does with it.

    Parameters
    ----------
    text
        The text.
    span
        Code points of the name, end exclusive.
    by_author
        Whether the author of the post wrote it. He knows where he filmed, so *is this X?* is only a question; a
        commenter who asks that recognises what he sees.

    >>> [classify_statement(f"{words} Camp Falcon", (len(words) + 1, len(words) + 12)).kind
    ...  for words in ("second week at", "minister visits", "better than", "apply now for")]
    ['presence', 'news', 'comparison', 'recruitment']
    """
    passage = read_passage(text, span)
    reading = NameContext(passage, text, span)
    for kind, rule in _RULES:
        if kind == "identification" and by_author and passage.is_question:
            continue
        cue = rule(reading)
        if cue is None:
            continue
        if cue.start == cue.end:
            return Statement(kind, None)
        return Statement(kind, (passage.spans[cue.start][0], passage.spans[cue.end - 1][1]))
    return Statement("plain", None)


def reads_as_headline(text: str, span: tuple[int, int]) -> bool:
    """Whether a text in a picture reports on the place that it names, and is not the board of the place itself.

    A board has the ministry, a year or the martyrs beside the name; a headline says that something happens.

    >>> [reads_as_headline(f"{words} Camp Falcon", (len(words) + 1, len(words) + 12))
    ...  for words in ("Minister to visit", "Ministry of Defence")]
    [True, False]
    """
    reading = NameContext(read_passage(text, span), text, span)
    has_year = any(map(_YEAR.fullmatch, reading.passage.words))
    return not has_year and reading.in_sentence(*_HAPPENINGS) is not None


def _identification(reading: NameContext) -> Cue | None:
    """The sentence states that what is seen is the place: *this is X*, *definitely X*, *X, I know that wall*."""
    if (cue := reading.before(5, "demonstrative")) and are(
        reading.between(cue), ARTICLES, "filler", "certainty", "demonstrative", "locative"
    ):
        return cue
    if (cue := reading.after(0, "demonstrative")) and reading.passage.words[cue.start] in _THIS:
        return cue
    copula = reading.before(0, "copula")
    if copula and copula.start > reading.first_word and not reading.in_sentence("interrogative", "asking"):
        return copula
    if cue := reading.before(3, "certainty") or reading.after(2, "certainty") or reading.near("recognition"):
        return cue
    return None


def _speech_of_officials(reading: NameContext) -> Cue | None:
    """Reported speech, in which *we* is not the author."""
    said = reading.in_sentence("reporting")
    if said is None or reading.in_sentence("recruitment"):
        return None
    return said if reading.near("official", "agency", "breaking") else None


def _first_person(reading: NameContext) -> Cue | None:
    """The author writes of himself, but does not only praise or apply."""
    own = reading.own
    candidates: list[Cue] = [*own.get("first", ()), *own.get("else", ())]
    if "kurmanji" in own:
        candidates += own.get("first_kurmanji", ())
    if cue := next((cue for cue in candidates if not _has_other_object(reading, cue)), None):
        return cue
    participle = reading.before(0, "first_ambiguous")
    if participle and reading.prefix and _OTHERS.isdisjoint(own) and not _has_other_object(reading, participle):
        return participle
    passage = reading.passage
    if passage.suffix in _WE_ARE:
        return Cue("first", passage.name, passage.name + 1)
    return None


def _clear_news(reading: NameContext) -> Cue | None:
    return _news(reading) if _news_score(reading) >= 3 else None


def _filmed_there(reading: NameContext) -> Cue | None:
    if (cue := reading.before(4, "greeting")) and _is_from(reading):
        return cue
    return reading.in_sentence("filming")


def _recruitment_here(reading: NameContext) -> Cue | None:
    """A word of vacancies, or two of those that are also used of daily work."""
    weak = reading.own.get("recruitment_weak", ())
    return reading.in_sentence("recruitment") or (weak[0] if len(weak) > 1 else None)


def _recruitment(reading: NameContext) -> Cue | None:
    return reading.anywhere("recruitment")


def _tribute(reading: NameContext) -> Cue | None:
    if cue := _greeting_to(reading):
        return cue
    homage = reading.before(_MAX_WORDS_OF_HOMAGE, "homage")
    if homage and not _is_from(reading):
        return homage
    return reading.before(1, "praised") or reading.near("tribute")


def _greeting_to(reading: NameContext) -> Cue | None:
    """*Merry Christmas to everybody at X*."""
    cue = reading.before(_MAX_WORDS_OF_GREETING, "greeting")
    return cue if cue and any(word in _TO for word in reading.between(cue)[:2]) else None


def _news_score(reading: NameContext) -> int:
    """Weight of the words of media in the sentence, with a frame of news in another one."""
    if reading.everywhere.keys().isdisjoint(_NEWS_WEIGHTS):
        return 0
    own = reading.own
    score = sum(weight for family, weight in _NEWS_WEIGHTS.items() if family in own)
    if score and any(map(_YEAR.fullmatch, reading.passage.words)):
        score += 1
    score += len(own.get("history", ())) > 1
    first = reading.first_word
    if _IN_PERSON.isdisjoint(own) and any(
        first <= cue.start <= first + 1 and reading.passage.words[cue.end] != "s"
        for family in ("official", "saying")
        for cue in own.get(family, ())
        if cue.end < len(reading.passage.words)
    ):
        score += 1
    return score + 2 * reading.in_other_sentence(*_FRAMES_OF_NEWS)


def _news(reading: NameContext) -> Cue | None:
    """Words of media, of officials and their acts, of attacks and of history: two of them; the heaviest is the cue."""
    if _news_score(reading) < 2:
        return None
    cues = [cues[0] for family, cues in reading.own.items() if family in _NEWS_WEIGHTS]
    cues += [cue for family in _FRAMES_OF_NEWS if (cue := reading.anywhere(family))]
    return max(cues, key=lambda cue: (_NEWS_WEIGHTS[cue.family], -cue.start))


def _first_person_implied(reading: NameContext) -> Cue | None:
    """A verb of the first person that may be of the third, or without its subject: *stuck at X*."""
    if (cue := reading.in_sentence("first_object")) and not _is_country(reading, cue):
        return cue
    return reading.in_sentence("elided", "duty")


def _first_person_past(reading: NameContext) -> Cue | None:
    """An Arabic verb of the past, of the first person or of the third feminine."""
    past = reading.in_sentence("first_past")
    return past if past and _news_score(reading) < 2 and not _has_other_object(reading, past) else None


def _about_others(reading: NameContext) -> Cue | None:
    """Others are there, or say so."""
    return None if reading.in_sentence("first_object") else reading.in_sentence("kin", "third", "asking")


def _question(reading: NameContext) -> Cue | None:
    cue = reading.in_sentence("interrogative")
    if cue and (reading.passage.is_question or cue.start == reading.first_word):
        return cue
    name = reading.passage.name
    return Cue("question", name, name) if reading.passage.is_question else None  # the mark alone: no words


def _placed(reading: NameContext) -> Cue | None:
    """Something is in, at, from or to the place."""
    if cue := reading.in_sentence("first_ambiguous", "now"):
        return cue
    name = reading.passage.name
    return Cue("locative", max(0, name - 1), name + 1) if reading.preposition else None


def _is_country(reading: NameContext, cue: Cue) -> bool:
    """Whether *us* is the country, in capitals among small letters."""
    start, end = reading.passage.spans[cue.start]
    return reading.text[start:end] == "US" and not reading.text.isupper()


def _has_other_object(reading: NameContext, first: Cue) -> bool:
    """Whether the verb after a first person praises, applies or reports, or the sentence opens with praise."""
    own = reading.own
    if any(
        0 <= cue.start - first.end <= 2
        for family in ("tribute", "recruitment", "reporting")
        for cue in own.get(family, ())
    ):
        return True
    praise = reading.in_sentence("tribute", "homage")
    name = reading.passage.name
    return praise is not None and praise.start < first.start and not 0 <= name - first.end <= 2


def _is_from(reading: NameContext) -> bool:
    return reading.preposition in _FROM


_YEAR = re.compile(r"1[89][0-9]{2}|20[0-2][0-9]")
_MAX_WORDS_OF_HOMAGE = 5
_IN_PERSON = frozenset({"first", "first_object", "first_past", "elided"})
_MAX_WORDS_OF_GREETING = 10
_TO = frozenset("to for all الي لكل علي بو l ji".split())
_THIS = frozenset("هذا هاي هذي هاذا ئهمه hatha hay".split())
_OTHERS = frozenset({"kin", "third", "asking"})
_FROM = frozenset({"from", "من", "mn", "min", "له", "ji", "م"})
_WE_ARE = frozenset({"ين", "داين", "م"})
_HAPPENINGS = ("reporting", "saying", "event", "attack", "agency", "breaking")
_NEWS_WEIGHTS = {
    "attack": 2,
    "formal": 1,
    "nation": 1,
    "troops": 1,
    "reporting": 2,
    "saying": 1,
    "official": 1,
    "event": 1,
    "history": 1,
    "agency": 2,
    "breaking": 2,
}
_FRAMES_OF_NEWS = ("breaking", "agency")
"""Families that count in any sentence."""
_RULES: tuple[tuple[StatementKind, Callable[[NameContext], Cue | None]], ...] = (
    ("namesake", namesake),
    ("comparison", comparison),
    ("namesake", clearly_about_another_thing),
    ("identification", _identification),
    ("news", _speech_of_officials),
    ("presence", _first_person),
    ("recruitment", _recruitment_here),
    ("presence", _filmed_there),
    ("news", _clear_news),
    ("namesake", about_another_thing),
    ("recruitment", _recruitment),
    ("presence", _first_person_past),
    ("tribute", _tribute),
    ("news", _news),
    ("question", _about_others),
    ("presence", _first_person_implied),
    ("question", _question),
    ("presence", _placed),
)
"""In order of precedence."""
