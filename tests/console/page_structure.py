"""The structure of a page as lines of text, to compare it with what it was: elements, directions, labels, isolates.

    python -m tests.console.page_structure

writes the expected structures anew; read the difference before you keep it.
"""

import re
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from opsec.model import Post
from tests.console.made_console import INSIDE, SITE, OpenConsole, a_picture, a_post, listed, open_console
from tests.console.shown_page import VOID
from tests.fixtures.records import text_hint

EXPECTED = Path(__file__).parent / "expected"
PAGES = {"queue": "/queue?state=all", "clip": "/clip/{number}", "site": "/site/F-07"}
SHOWN = ("dir", "lang", "class", "role", "aria-label", "aria-current", "type", "name", "maxlength", "scope")
LEFT_OUT = frozenset({"script", "style", "svg", "link", "meta"})
"""Drawings have tests of their own."""
ISOLATES = str.maketrans({"\u2066": "⟦", "\u2067": "⟦", "\u2068": "⟦", "\u2069": "⟧"})
CHANGING = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "HASH"),
    (re.compile(r"\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}\b"), "TIME"),
    (re.compile(r"\b\d{4}-\d{2}-\d{2}\b"), "DATE"),
    (re.compile(r"[×+−]\d[\d.]*"), "RATIO"),
    (re.compile(r"\b\d+(?:\.\d+)?%"), "SHARE"),
    (re.compile(r"\b\d{4}-W\d{2}\b"), "WEEK"),
    (re.compile(r"\b(?=\w*\d)[0-9a-f]{10}\b"), "NUMBER"),
)
"""What differs from run to run, such as numbers of findings, which rest on a secret of the case file; and figures of
the verdict, which have tests of their own."""


class _Structure(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._open: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in LEFT_OUT and tag not in VOID
        if not self._hidden and tag not in LEFT_OUT:
            shown = "".join(f' {name}="{value}"' for name, value in attrs if name in SHOWN)
            self.lines.append(f"{'  ' * len(self._open)}<{tag}{shown}>")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()
        self._hidden -= tag in LEFT_OUT

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._hidden:
            self.lines.append("  " * len(self._open) + " ".join(data.split()))


def structure(page: str) -> str:
    """Return the structure of a page, with isolates as ⟦ ⟧ and without what differs from run to run."""
    parser = _Structure()
    parser.feed(page)
    text = "\n".join(parser.lines).translate(ISOLATES)
    for pattern, name in CHANGING:
        text = pattern.sub(name, text)
    return text + "\n"


def made_pages(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield name and Arabic text of each page of a console over one flagged post with a decision of its own."""
    words = "في معسكر الصقر"
    sign = text_hint("FALCON CAMP", "sign", id="", family="SIGN", at_s=2.5, picture=a_picture())
    post = Post(caption=words, author="officer_07", posted_at="2026-11-20T18:30:00+03:00", url="https://t.me/a/1")
    with open_console(folder, [a_post("a.mp4", INSIDE, sign, caption=words, post=post)], [SITE]) as console:
        number = listed(console.case)["a.mp4"].number
        decide(console, number)
        for name, address in PAGES.items():
            query = "&" if "?" in address else "?"
            answer = console.browser.get(f"{address.format(number=number)}{query}lang=ar")
            assert answer.status_code == 200
            yield name, answer.text


def decide(console: OpenConsole, number: str) -> None:
    answer = console.browser.post("/decide", {"finding": number, "state": "confirmed", "why": "seen", "by": "Ali"})
    assert answer.status_code == 200


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, page in made_pages(Path(folder)):
            (EXPECTED / f"{name}.ar.txt").write_text(structure(page), "utf-8")


if __name__ == "__main__":
    main()
