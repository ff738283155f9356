"""The Arabic weekly page as it is drawn: letters joined, dates and tables from right to left, in PDF and in a browser.

The limits have margins: another version of a font or of a program that lays out pages moves words, but does not turn
lines round and does not part letters.
"""

import re
import subprocess
import unicodedata
from collections.abc import Iterator
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.reports.weekly_page import render_weekly_page
from opsec.sandbox.pdf_process import write_pdf
from tests.reports.made import made_exposure

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
BOTTOM_LINE = "رصدت ٩ مقاطع تكشف قواعدنا. ٤٧ حالة رصد ما زالت منشورة، وتستدعي ٤ حالات من هذا الأسبوع التصرف الآن."
TITLE = ("الانكشاف", "في", "الأسبوع")
TITLE_BODIES, TITLE_LETTERS = 9, 17
"""Groups of joined letters in the title, and what there would be if each letter stood alone."""
PERIOD = ("من", "١٥", "تشرين", "الثاني", "٢٠٢٦", "إلى", "٢١", "تشرين", "الثاني", "٢٠٢٦")
COLUMNS = ("القاعدة", "حالات", "الأسبوع", "زالت")
"""A word of each column of the table of bases, that of the first column first."""
DPI = 200

needs_pdf = [
    pytest.mark.skipif(find_spec("weasyprint") is None, reason="the extra opsec[pdf] is not installed"),
    pytest.mark.skipif(which("pdftotext") is None, reason="poppler-utils is not installed"),
]


class Word(NamedTuple):
    text: str
    left: float
    top: float
    right: float
    bottom: float


class Drawn(NamedTuple):
    path: Path
    pages: list[list[Word]]


def plain(text: str) -> str:
    """Letters and digits alone, ligatures taken apart."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isalnum())


def poppler(*command: object) -> str:
    return subprocess.run([str(one) for one in command], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    path = tmp_path_factory.mktemp("pdf") / "week.pdf"
    path.write_bytes(write_pdf(render_weekly_page(made_exposure(), "ar", "command", "arabic-indic"), "ar"))
    pages = poppler("pdftotext", "-bbox", path, "-").split("<page ")[1:]
    return Drawn(path, [list(words_of(page)) for page in pages])


def words_of(page: str) -> Iterator[Word]:
    """The words of a page as poppler finds them, in the order of their letters."""
    for *box, text in re.findall(r'xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">([^<]*)<', page):
        letters = unicodedata.normalize("NFKC", unescape(text)[::-1] if is_arabic(text) else text)
        yield Word(letters, *map(float, box))


def is_arabic(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) == "AL" for sign in text)


def line_of(words: list[Word], wanted: tuple[str, ...]) -> list[Word]:
    """The words as they stand on one line, from right to left; fails where they are not in this order on any."""
    for first in (word for word in words if word.text == wanted[0]):
        middle = (first.top + first.bottom) / 2
        line = sorted((one for one in words if one.top < middle < one.bottom), key=lambda one: -one.right)
        found = iter(line)
        ordered = [next((one for one in found if one.text.strip(":") == text), None) for text in wanted]
        if all(ordered):
            return [one for one in ordered if one]
    pytest.fail(f"{wanted} is on no line in this order")


def count_bodies(picture: NDArray[np.uint8]) -> int:
    """Count the connected shapes of a line of text, without dots and hamzas.

    Parameters
    ----------
    picture
        Grey levels, shape (height, width): dark letters on white.
    """
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats((picture < 128).astype(np.uint8))
    heights = stats[1:, cv2.CC_STAT_HEIGHT].tolist()
    return sum(height > 0.35 * max(heights) for height in heights)


def picture_of(drawn: Drawn, words: list[Word], folder: Path) -> NDArray[np.uint8]:
    scale = DPI / 72
    left, right = min(one.left for one in words), max(one.right for one in words)
    box = {"x": left - 1, "y": words[0].top, "W": right - left + 2, "H": words[0].bottom - words[0].top}
    crop = [part for name, value in box.items() for part in (f"-{name}", round(value * scale))]
    poppler("pdftoppm", "-r", DPI, "-f", 1, "-l", 1, *crop, "-gray", "-singlefile", drawn.path, folder / "line")
    return np.asarray(cv2.imread(str(folder / "line.pgm"), cv2.IMREAD_GRAYSCALE), np.uint8)


@pytest.mark.usefixtures("drawn")
class TestPdf:
    pytestmark = needs_pdf

    def test_two_pages_and_an_annex_that_says_so(self, drawn: Drawn) -> None:
        firsts = [page[0].text if page else "" for page in drawn.pages]
        (annex,) = [number for number, page in enumerate(drawn.pages) if any("الملحق" in one.text for one in page[:4])]
        assert 1 <= annex <= 2, firsts

    def test_the_bottom_line_is_extracted_in_reading_order(self, drawn: Drawn) -> None:
        assert plain(BOTTOM_LINE) in plain(poppler("pdftotext", drawn.path, "-"))

    def test_dates_run_from_right_to_left(self, drawn: Drawn) -> None:
        line_of(drawn.pages[0], PERIOD)

    def test_the_first_column_is_on_the_right_with_its_codes_below(self, drawn: Drawn) -> None:
        heads = line_of(drawn.pages[0], COLUMNS)
        code = next(one for one in drawn.pages[0] if one.text == "F-07" and one.top > heads[0].bottom - 2)
        assert abs(code.right - heads[0].right) < 3

    def test_letters_are_joined(self, drawn: Drawn, tmp_path: Path) -> None:
        words = line_of(drawn.pages[0], TITLE)
        assert abs(count_bodies(picture_of(drawn, words, tmp_path)) - TITLE_BODIES) <= 2


# ── in a browser ──────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Page]":
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    path = tmp_path_factory.mktemp("html") / "week.html"
    path.write_bytes(render_weekly_page(made_exposure(), "ar", "command", "arabic-indic"))
    with playwright.sync_playwright() as tool:
        chromium = tool.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        try:
            page = chromium.new_context(viewport={"width": 1000, "height": 900}, device_scale_factor=2).new_page()
            page.goto(path.as_uri())
            yield page
        finally:
            chromium.close()


_LEFTS = "nodes => nodes.map(node => node.getBoundingClientRect().left)"
_OF_WORDS = """([selector, words]) => {
    const nodes = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
    const pieces = [];
    for (let node; (node = nodes.nextNode());)
        for (const found of node.data.matchAll(/[^\\s\\u2066-\\u2069]+/g)) {
            const range = document.createRange();
            range.setStart(node, found.index);
            range.setEnd(node, found.index + found[0].length);
            pieces.push([found[0], range.getBoundingClientRect().right]);
        }
    return pieces.slice(0, words);
}"""


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")
class TestBrowser:
    def test_dates_run_from_right_to_left(self, shown: "Page") -> None:
        pieces = shown.evaluate(_OF_WORDS, ["header .line", len(PERIOD)])
        assert tuple(text for text, _right in pieces) == PERIOD
        assert [right for _text, right in pieces] == sorted((right for _text, right in pieces), reverse=True)

    def test_every_table_begins_on_the_right(self, shown: "Page") -> None:
        rows = shown.locator("tr").all()
        assert len(rows) > 20
        for row in rows:
            lefts = row.locator("> th, > td").evaluate_all(_LEFTS)
            assert lefts == sorted(lefts, reverse=True)

    def test_in_every_plot_the_latest_week_is_on_the_left(self, shown: "Page") -> None:
        plots = shown.locator("svg").all()
        assert len(plots) == 5
        for plot in plots:
            lefts = plot.locator("rect").evaluate_all(_LEFTS)
            last = plot.locator('rect[fill="#111111"]').evaluate_all(_LEFTS)
            assert last == [min(lefts)]

    def test_letters_are_joined(self, shown: "Page") -> None:
        shown.evaluate("title => { document.querySelector('h1').textContent = title; }", " ".join(TITLE))
        assert abs(self.bodies(shown) - TITLE_BODIES) <= 2
        parted = " ".join("\u200c".join(word) for word in TITLE)  # what the limit must tell apart
        shown.evaluate("title => { document.querySelector('h1').textContent = title; }", parted)
        assert self.bodies(shown) > TITLE_LETTERS - 4

    @staticmethod
    def bodies(shown: "Page") -> int:
        encoded = np.frombuffer(shown.locator("h1").screenshot(), np.uint8)
        return count_bodies(np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8))
