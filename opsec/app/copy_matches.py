"""Matches of a clip that is a copy of a flagged one: it shows the same, so it is as likely to expose the site.

The caption or the position by which the first post was flagged may be gone from the copy. Its match has the rule of the
original's finding and the weight that leads to the original's likelihood; it belongs to the family VISUAL, because the
pictures identify the clip.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from opsec.casefile.copies import CopySource
from opsec.i18n.messages import _, bilingual
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Clip, Hint, Match, Site

_HINT = Hint(kind="features", family="VISUAL", reader="copies", field="pictures")
"""That the pictures were recognised; the hashes themselves stay in the case file."""


def with_copy_matches(
    clip: Clip, matches: tuple[Match, ...], sites: Sequence[Site], copy_of: Mapping[str, CopySource]
) -> tuple[Clip, tuple[Match, ...]]:
    """Return a clip and its matches with those of the findings that it is a copy of, numbered after the others.

    Parameters
    ----------
    clip, matches
        Of the post.
    sites
        All sites.
    copy_of
        Site → finding of the clip of which this one is a copy.
    """
    ours = [site for site in sites if site.id in copy_of] if copy_of else []
    if not ours:
        return clip, matches
    hint = replace(_HINT, id=f"h{len(clip.hints) + 1}")
    found = [_copy_match(hint, site, copy_of[site.id]) for site in ours]
    numbered = (replace(match, id=f"m{number}") for number, match in enumerate(found, len(matches) + 1))
    return replace(clip, hints=(*clip.hints, hint)), (*matches, *numbered)


def _copy_match(hint: Hint, site: Site, source: CopySource) -> Match:
    odds = source.likelihood / (1 - source.likelihood)
    prior_odds = site.prior / (1 - site.prior)
    why = _(
        "copy of {name}, flagged by its own evidence: the same pictures at the same moments",
        name=escape_unsafe(source.name, limit=200),
    )
    return Match(
        hint_ids=(hint.id,),
        site=site.id,
        rule=source.rule,
        grade=source.grade,
        log_odds=math.log(odds / prior_odds),
        why=bilingual(why),
        copy_of=source.fingerprint,
        copy_name=source.name,
    )
