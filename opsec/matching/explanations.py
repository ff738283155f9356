"""Sentences that explain a match: what was found, where in the clip, and what makes it count less."""

import math
from typing import TYPE_CHECKING

from opsec.i18n.messages import Blank, Message, _, ngettext, translatable
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import field_label
from opsec.matching.geofences import PointMatch, TrackMatch
from opsec.matching.names.hits import MatchKind
from opsec.matching.names.matcher import NameMatch
from opsec.model import Hint
from opsec.model.fields import COMMENT, FOLDER, SOUND
from opsec.model.notes import BARE_PAIR, COMMENT_AUTHOR, ORDER_UNCLEAR
from opsec.text.statement_kind import Statement, StatementKind

if TYPE_CHECKING:
    from opsec.matching.landmarks.recogniser import LandmarkMatch

_NAME_SENTENCES: dict[MatchKind, str] = {
    "name": translatable("the words “{words}” in {field} name {site}"),
    "unit": translatable("the words “{words}” in {field} name a unit of {site}"),
    "weak": translatable("the word “{words}” in {field}, close to a military word, is a name of {site}"),
    "spelling": translatable("the words “{words}” in {field} sound like a name of {site}"),
    "disguised": translatable("the words “{words}” in {field}, in disguised or damaged letters, name {site}"),
    "doubtful": translatable(
        "the words “{words}” in {field} name {site}, but the words beside them suggest another sense; read the post"
    ),
    "near": translatable("the words “{words}” in {field} are similar to a name of {site}; compare the two"),
}
_MENTIONS: dict[StatementKind, str] = {
    "news": translatable("{why}; “{cue}” makes it a report about the site, not a view of it"),
    "recruitment": translatable("{why}; “{cue}” makes it a call for applicants, not a view of the site"),
    "tribute": translatable("{why}; “{cue}” makes it a greeting or condolence, not a view of the site"),
    "comparison": translatable("{why}; “{cue}” compares with the site from elsewhere"),
    "question": translatable("{why}; “{cue}” asks about the site or reports on others there"),
    "namesake": translatable("{why}; “{cue}” makes it something else with the same name"),
}
_QUESTION = translatable("{why}; it only asks about the site")
_OTHERS_MENTION = translatable("{why}; it does not say that the post shows the site")
MAX_AUTHOR_LENGTH = 60
MAX_QUOTE_LENGTH = 80


def explain_point_match(hint: Hint, point_match: PointMatch) -> Message:
    """Explain a position inside or near a fence."""
    blanks: dict[str, Blank] = {
        "field": _field_label(hint),
        "site": point_match.site.code,
        "distance_m": round(point_match.distance_m),
    }
    if hint.accuracy_m is not None:
        blanks["accuracy_m"] = math.ceil(hint.accuracy_m)
    if point_match.is_inside and hint.accuracy_m is None:
        return _("the position in {field} is inside the fence of {site}", **blanks)
    if point_match.is_inside:
        return _("the position in {field}, accurate to {accuracy_m} m, is inside the fence of {site}", **blanks)
    if hint.accuracy_m is None:
        return _("the position in {field} is {distance_m} m outside the fence of {site}", **blanks)
    return _(
        "the position in {field}, accurate to {accuracy_m} m, is {distance_m} m outside the fence of {site}", **blanks
    )


def explain_track_match(hint: Hint, track_match: TrackMatch) -> Message:
    """Explain a track that enters, crosses or approaches a fence."""
    blanks: dict[str, Blank] = {"field": _field_label(hint), "site": track_match.site.code}
    if track_match.inside_s is not None:
        from_s, to_s = track_match.inside_s
        return _(
            "the track in {field} is inside the fence of {site} from second {from_s} to {to_s}",
            from_s=round(from_s, 1),
            to_s=round(to_s, 1),
            **blanks,
        )
    if track_match.distance_m == 0:
        return _("the track in {field} crosses the fence of {site} between two of its points", **blanks)
    return _(
        "the track in {field} comes within {distance_m} m of the fence of {site}",
        distance_m=round(track_match.distance_m),
        **blanks,
    )


def explain_name_match(hint: Hint, name_match: NameMatch, words: str) -> Message:
    """Explain a name, by the way in which it was recognised; ``words`` are quoted from the hint."""
    blanks: dict[str, Blank] = {
        "field": _field_label(hint),
        "site": name_match.site.code,
        "words": escape_unsafe(words, limit=MAX_QUOTE_LENGTH),
    }
    return Message(_NAME_SENTENCES[name_match.kind], blanks)


def explain_mention(why: Message, statement: Statement, text: str) -> Message:
    """Append what the words do with the name, where they do not tie the post to the site; they count nothing then."""
    if statement.cue is None or statement.kind not in _MENTIONS:
        return Message(_QUESTION if statement.kind == "question" else _OTHERS_MENTION, {"why": why})
    cue = escape_unsafe(text[slice(*statement.cue)], limit=MAX_QUOTE_LENGTH)
    return Message(_MENTIONS[statement.kind], {"why": why, "cue": cue})


def explain_landmark_match(landmark_match: "LandmarkMatch") -> Message:
    """Explain a recognised landmark, without its name, because the sentence appears in shared reports."""
    sighting = landmark_match.sighting
    blanks: dict[str, Blank] = {
        "site": landmark_match.site.code,
        "count": sighting.inliers,
        "at_s": round(landmark_match.at_s, 1),
    }
    if sighting.one_of:
        return _(
            "the frame at second {at_s} shows a landmark of {site} or a similar one ({others} candidates): {count} "
            "matching points with your photo; compare the images, a visible number may distinguish them",
            others=len(sighting.one_of),
            **blanks,
        )
    if sighting.mirrored:
        return ngettext(
            "the frame at second {at_s} shows a landmark of {site}, mirrored: {count} matching points with your photo, "
            "in {n} frame (landmarks compared: {compared})",
            "the frame at second {at_s} shows a landmark of {site}, mirrored: {count} matching points with your photo, "
            "in {n} frames (landmarks compared: {compared})",
            len(sighting.pictures),
            compared=sighting.compared,
            **blanks,
        )
    return ngettext(
        "the frame at second {at_s} shows a landmark of {site}: {count} matching points with your photo, "
        "in {n} frame (landmarks compared: {compared})",
        "the frame at second {at_s} shows a landmark of {site}: {count} matching points with your photo, "
        "in {n} frames (landmarks compared: {compared})",
        len(sighting.pictures),
        compared=sighting.compared,
        **blanks,
    )


def add_discount_reason(hint: Hint, why: Message) -> Message:
    """Append what makes a match count less, if anything does."""
    if hint.find_note(ORDER_UNCLEAR):
        why = _("{why}, if longitude comes first: the post does not state the order of the two numbers", why=why)
    elif hint.find_note(BARE_PAIR):
        why = _("{why}; two bare numbers, with no word of a place near them, count less", why=why)
    if hint.field == COMMENT:
        return _("{why}; a comment counts less than the author's own words", why=why)
    if hint.field == SOUND:
        return _("{why}; the title of a sound counts less than the author's own words", why=why)
    if hint.field == FOLDER:
        return _(
            "{why}; the person who stored the clips may have named the folder, so its name alone flags no clip", why=why
        )
    return why


def _field_label(hint: Hint) -> Message | str:
    """Name the field of a hint; of a comment, also its author."""
    author = hint.find_note(COMMENT_AUTHOR)
    if author is not None:
        return _("a comment by {author}", author=escape_unsafe(dict(author.blanks)["author"], limit=MAX_AUTHOR_LENGTH))
    return field_label(hint.field)
