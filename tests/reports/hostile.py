"""Hostile text, and clips that contain it."""

from dataclasses import replace

from opsec.i18n.reasons import make_reason
from opsec.model import Bilingual, Hint, Post, Result, Skipped
from tests.reports.made import flagged_clip

HOSTILE: dict[str, str] = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"' onmouseover=alert(1) x=",
    "style": "</style><style>*{display:none}",
    "image": "<img src=https://track.example/p.gif>",
    "ansi": "\x1b[2J\x1b[1;1H\x1b[31mall clear",
    "c1": "\x9b2Jgone",
    "osc8": "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "override": "exe.4pm\u202egnp",
    "isolates": "\u2069\u2069\u2066unclosed",
    "formula": '=HYPERLINK("https://evil.example";"x")',
    "spaced formula": "  +1+cmd|' /C calc'!A0",
    "at formula": "@SUM(1+1)",
    "jinja": "{{7*7}}{% for x in y %}{{ self }}",
    "braces": "{file}{0}{reason!r}",
    "markup": "[red]calm[/red] [link=https://evil.example]x[/link] :bomb:",
    "surrogate": "half \ud83d of a pair",
    "nul": "a\x00b",
    "lines": "one\ntwo\r\nthree\u2028four\u2029five",
    "long": "ا" * 100_000,
}


def hostile_clip(text: str) -> Result:
    """A flagged clip with this text wherever a post, a file or a worker can put text."""
    base = flagged_clip()
    short = text[:1_000]
    named = Hint(id="h2", kind="text", family="TEXT", reader="words", field=short[:200], text=text)
    middle = min(len(text), 5)
    return replace(
        base,
        clip=replace(
            base.clip,
            path=f"inbox/{short}.mp4",
            post=Post(author=short, caption=text, posted_at=short[:40], recorded_at=short[:40], url=short, source="x"),
            hints=(base.clip.hints[0], named),
            coverage=replace(
                base.clip.coverage, status="partly", reasons=(make_reason("broken", part=short[:200], detail=short),)
            ),
        ),
        matches=(
            base.matches[0],
            replace(base.matches[1], span=(0, middle), why=Bilingual(f"the words “{short}”", f"الكلمات “{short}”")),
        ),
    )


def hostile_skip(text: str) -> Skipped:
    """A skipped file with this name."""
    return Skipped(f"inbox/{text[:1_000]}", make_reason("unsupported", type=text[:1_000]))
