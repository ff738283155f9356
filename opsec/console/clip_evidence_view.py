"""Evidence of a clip for its page: matches with their stills, the marked caption, and other stills that were kept.

Stills are referred to by their addresses; everything is bounded, and what is left out is counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from opsec.app.clip_evidence import ClipEvidence
from opsec.console.map_features import own_name, thin
from opsec.console.stills import still_address
from opsec.i18n.messages import Lang, Message, _, ngettext, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Hint, Landmark, Match, Result, Site
from opsec.model.fields import CAPTION, PICTURE_FIELDS
from opsec.reports.evidence import EvidenceLine, evidence_lines, sort_by_strength
from opsec.reports.landmark_view import LandmarkView, PlacedImage
from opsec.reports.layout_view import LayoutView
from opsec.reports.sign_view import BASE64_JPEG
from opsec.reports.value_format import format_clock

MAX_EVIDENCE = 40
"""Matches that the page shows, the strongest ones of each site."""
MAX_STILLS = 12
"""Frames, and as many texts in frames, that are shown besides the evidence."""
MAX_CAPTION_LENGTH = 4_000
"""Code points of a caption."""
MAX_MARKS = 200
MAX_NAME_LENGTH = 120
_DATA_URL = "data:image/jpeg;base64,"


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One match."""

    line: EvidenceLine
    hint: str
    """Id of the hint, by which the list of all fields names it."""
    site: str
    """Code of the site; empty for the site of the verdict."""
    landmark: str
    """Name of the landmark in the language of the page; empty for other matches."""
    zone: str
    """Zone of the match or of the landmark; empty for none."""


@dataclass(frozen=True, slots=True)
class Still:
    """A frame, or part of one, that was kept."""

    address: str
    width_px: int
    height_px: int
    caption: str
    words: str = ""
    """Text that was read from it."""


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A caption cut into pieces; pieces that match a site are marked."""

    pieces: list[tuple[str, bool]]
    left_out: str
    """How much is not shown; empty when all is."""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """Everything that the page shows of the evidence."""

    items: list[EvidenceItem]
    left_out: str
    stills: list[Still]
    stills_left_out: str
    caption: MarkedText | None


def evidence_view(evidence: ClipEvidence, result: Result, sites: Mapping[str, Site], lang: Lang) -> EvidenceView:
    """Build the view of the evidence of a clip.

    Parameters
    ----------
    evidence
        The clip with its record.
    result
        Its result.
    sites
        The officer's sites by their ids.
    lang
        Language of the page.
    """
    key = evidence.record.key
    own = [match for match in result.matches if match.site == result.verdict.site]
    others = [match for match in result.matches if match.site != result.verdict.site]
    chosen = [*sort_by_strength(own), *sort_by_strength(others)][:MAX_EVIDENCE]
    lines = [next(evidence_lines(result, lang, [match], evidence.scan.own_photos)) for match in chosen]
    items = [_item(match, line, evidence, sites, lang) for match, line in zip(chosen, lines, strict=True)]
    shown = {hint_id for match in chosen for hint_id in match.hint_ids}
    stills, missing = other_stills((hint for hint in result.clip.hints if hint.id not in shown), key, lang)
    return EvidenceView(
        items=items,
        left_out=_left_out_sentence(len(result.matches) - len(chosen), lang),
        stills=stills,
        stills_left_out=render(
            ngettext("{n} more still is not shown.", "{n} more stills are not shown.", missing), lang
        )
        if missing
        else "",
        caption=marked_caption(result, lang),
    )


def _left_out_sentence(count: int, lang: Lang) -> str:
    if not count:
        return ""
    sentence = ngettext(
        "{n} weaker piece of evidence is not shown.", "{n} weaker pieces of evidence are not shown.", count
    )
    return render(sentence, lang)


def _item(
    match: Match, line: EvidenceLine, evidence: ClipEvidence, sites: Mapping[str, Site], lang: Lang
) -> EvidenceItem:
    key, site = evidence.record.key, sites.get(match.site)
    result = evidence.result
    is_other = result is not None and match.site != result.verdict.site
    landmark = _landmark(site, match.landmark)
    return EvidenceItem(
        line=replace(
            line,
            sign=None if line.sign is None else replace(line.sign, source=_address(key, line.sign.source)),
            landmark=None if line.landmark is None else _with_addresses(key, line.landmark),
        ),
        hint=match.hint_ids[0],
        site=escape_unsafe(evidence.scan.site_codes.get(match.site, "?"), limit=MAX_NAME_LENGTH) if is_other else "",
        landmark="" if landmark is None else own_name(landmark, lang),
        zone=escape_unsafe(match.zone or (landmark.zone if landmark else None) or "", limit=MAX_NAME_LENGTH),
    )


def _landmark(site: Site | None, landmark_id: str | None) -> Landmark | None:
    found = (one for one in (site.landmarks if site is not None else ()) if one.id == landmark_id)
    return next(found, None)


# ── addresses in place of embedded pictures ───────────────────────────────────────────────────
def _address(key: str, source: str) -> str:
    return still_address(key, source.removeprefix(_DATA_URL))


def _with_addresses(key: str, view: LandmarkView) -> LandmarkView:
    def served(image: PlacedImage) -> PlacedImage:
        return replace(image, source=_address(key, image.source))

    return replace(view, frame=served(view.frame), photo=None if view.photo is None else served(view.photo))


def layout_with_addresses(key: str, layout: LayoutView) -> LayoutView:
    """Return the view of a layout whose panoramas are referred to by their addresses."""
    panoramas = [replace(one, source=_address(key, one.source)) for one in layout.panoramas]
    return replace(layout, panoramas=panoramas)


# ── other stills ──────────────────────────────────────────────────────────────────────────────
def other_stills(hints: Iterable[Hint], key: str, lang: Lang) -> tuple[list[Still], int]:
    """Return frames and texts in frames that are no evidence, spread over the clip, and how many more there are."""
    frames: dict[str, Still] = {}
    texts: dict[str, Still] = {}
    for hint in hints:
        if hint.picture is None or hint.motion is not None:  # the panoramas of a turn are shown with the layout
            continue
        if BASE64_JPEG.fullmatch(hint.picture.jpeg_base64):
            address = still_address(key, hint.picture.jpeg_base64)
            (texts if hint.field in PICTURE_FIELDS else frames).setdefault(address, _still(hint, address, lang))
    shown = [*thin(list(frames.values()), MAX_STILLS), *thin(list(texts.values()), MAX_STILLS)]
    return shown, len(frames) + len(texts) - len(shown)


def _still(hint: Hint, address: str, lang: Lang) -> Still:
    assert hint.picture is not None
    caption: Message = _("still")
    if hint.at_s is not None:
        caption = _("still at {time}", time=format_clock(hint.at_s))
    words = escape_unsafe(hint.text, limit=MAX_NAME_LENGTH) if hint.text and hint.field in PICTURE_FIELDS else ""
    return Still(address, hint.picture.width_px, hint.picture.height_px, render(caption, lang), words)


# ── caption ───────────────────────────────────────────────────────────────────────────────────
def marked_caption(result: Result, lang: Lang) -> MarkedText | None:
    """Return the caption with the words marked that match a site; None for a post without one."""
    hint = next((one for one in result.clip.hints if one.field == CAPTION and one.text), None)
    text = hint.text if hint is not None and hint.text else result.clip.post.caption
    if not text:
        return None
    spans = [
        match.span
        for match in result.matches
        if hint is not None and hint.id in match.hint_ids and match.span is not None
    ]
    hidden = max(0, len(text) - MAX_CAPTION_LENGTH)
    pieces = [(_lines(piece), is_marked) for piece, is_marked in _cut(text[:MAX_CAPTION_LENGTH], spans) if piece]
    sentence = ngettext("The last {n} character is not shown.", "The last {n} characters are not shown.", hidden)
    return MarkedText(pieces, render(sentence, lang) if hidden else "")


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a text; spans that overlap are one piece."""
    place = 0
    for start, end in _joined(sorted(set(spans))[:MAX_MARKS]):
        yield text[place:start], False
        yield text[start:end], True
        place = end
    yield text[place:], False


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _lines(text: str) -> str:
    """Escape a text but for its line breaks."""
    return "\n".join(map(escape_unsafe, text.split("\n")))
