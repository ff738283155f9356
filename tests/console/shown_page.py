"""A page of the console as a browser takes it apart: its elements, its text, and what it would load or run."""

from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})
BLOCKS = frozenset({"dt", "dd", "li", "p", "td", "th", "h1", "h2", "h3", "div"})
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u200e\u200f"
OPENING, CLOSING = "\u2066\u2067\u2068", "\u2069"


class ShownPage(HTMLParser):
    """The elements and the text of a page; an element that is not closed fails the test."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self.words.append(" " if tag in BLOCKS else "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """Everything that is shown, without isolates, each run of white space as one space."""
        plain = "".join(char for char in "".join(self.words) if char not in OPENING + CLOSING)
        return " ".join(plain.split())

    def all_of(self, tag: str, attribute: str) -> list[str]:
        """Values of an attribute of all elements of a kind."""
        return [attrs[attribute] for name, attrs in self.elements if name == tag and attribute in attrs]


def assert_inert(page: str) -> ShownPage:
    """Check that a page runs and loads nothing but our own files, and that no text of a post turns the lines around."""
    shown = ShownPage(page)
    for tag, attrs in shown.elements:
        assert tag not in {"iframe", "object", "embed", "style", "base", "video", "audio"}
        assert not any(name.startswith("on") or name == "style" for name in attrs), (tag, attrs)
        for name in ("src", "data-source", "action", "formaction", "poster", "srcset"):
            assert attrs.get(name, "/").startswith("/"), attrs
            assert not attrs.get(name, "/").startswith("//"), attrs
        if tag == "script":
            assert attrs["src"].startswith("/static/")
        if tag == "image":
            assert attrs["href"].startswith("/still/")
        if tag == "img":
            assert attrs["src"].startswith("/still/")
            assert "alt" in attrs
        if tag == "a":
            assert attrs["href"].startswith(("/", "#", "https://", "http://"))
    whole = page
    assert not any(control in whole for control in BIDI_CONTROLS)
    assert "\x1b" not in whole
    assert sum(whole.count(char) for char in OPENING) == whole.count(CLOSING)
    return shown
