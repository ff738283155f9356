"""Recognise style sheets and program code that hold no words of a person and no data.

All of the text is looked at, in time linear in its length. Forms: W3C CSS Syntax Level 3, section 5, and Selectors
Level 4; Sass, "At-Rules"; WHATWG HTML, "Index of elements"; ECMA-262, "Directive Prologues" and "Function Definitions".
"""

import re

__all__ = ["is_program", "is_style_sheet"]

_COMMENT_OR_STRING = re.compile(
    r"/\*.*?\*/|//[^\n]*+|url\([^()\"'\s]*+\)|\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'"
    r"|(?P<open>/\*.*|\"(?:[^\"\\\n]|\\.)*+|'(?:[^'\\\n]|\\.)*+)",
    re.DOTALL,
)
"""One that does not end is a match, too: otherwise a search would begin again at the next sign."""
_ELEMENTS = frozenset(
    "a abbr acronym address area applet article aside audio b base big blockquote body br button canvas caption "
    "center circle cite code col colgroup dd defs del details dfn dialog div dl dt ellipse em embed fieldset "
    "figcaption figure font footer form from g h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img "
    "input ins kbd label legend li line link main map mark math menu meter nav noscript object ol optgroup option "
    "output p path picture polygon polyline pre progress q rect rp rt ruby s samp script search section select "
    "small source span strike strong style sub summary sup svg table tbody td template text textarea tfoot th thead "
    "time title to tr track tspan tt u ul use var video wbr".split()
)
"""Elements of HTML and SVG; ``from`` and ``to`` of key frames."""
_AT_RULE = re.compile(
    r"@(?:-[a-z]+-)?(?:charset|container|counter-style|document|font-face|font-feature-values|import|keyframes|layer"
    r"|media|namespace|page|property|scope|starting-style|supports|viewport"
    r"|(?:top|right|bottom|left)-[a-z-]+"
    r"|at-root|content|each|else|extend|for|forward|function|if|include|mixin|return|use|while)(?![\w-])",
    re.IGNORECASE,
)
_DECLARATION = re.compile(r"[*_]?[a-z-][a-z0-9-]*\s*:|--[\w\\.-]+\s*:|\$[\w-]+\s*:")
_ELEMENT = re.compile(r"(?<![\w.#:$%&\\-])[^\W\d][\w-]*")
_ARGUMENT = re.compile(r"\[[^\[\]]*+\]|:(?:lang|dir|nth-[a-z-]+)\([^()]*+\)")
"""Of a selector: an attribute, a language, a number."""
_NO_SELECTOR = re.compile(r"[!/;<=?@\x00]")
_PROGRAM_COMMENT = re.compile(r"(?:\s++|//[^\n]*+|/\*.*?(?:\*/|\Z))*+", re.DOTALL)
_PROGRAM_START = re.compile(
    r"(?:['\"]use strict['\"];?|[!;(+\s])*+(?:(?:async\s++)?function\b\s*+[\w$]*+\s*+\([\w$,\s]*+\)\s*+\{"
    r"|[\w$, ]*+\)?\s*+=>\s*+\{|(?:var|let|const)\s++[\w$]++\s*+[=;,]"
    r"|[\w$]++(?:\.[\w$]++)++\s*+=\s*+[\w$({\[!]|[\w$]++(?:\.[\w$]++)++\(|\$\()"
)
_PROGRAM_END = re.compile(r"[;})]\s*+(?://[^\n]*+\s*+)?\Z")
_MAX_END = 4_000
_DATA = re.compile(r"[=(:]\s*+\[\s*+\{|:\s*+['\"]?-?[0-9]{1,3}\.[0-9]{4,}")
"""A list of objects, or a number as precise as a coordinate in an object."""
_CLUE = re.compile(
    r"(?<![\w.])-?[0-9]{1,3}\.[0-9]{3,}\s?[,;/]\s?-?[0-9]{1,3}\.[0-9]{3,}(?![\w.%])"
    r"|^\W{0,3}[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{2,4}\b",
    re.MULTILINE,
)
"""Two numbers that may be a position, or a date at the start of a line, as in chats."""
_AFTER_LATIN = "\u0370"


def is_style_sheet(text: str) -> bool:
    """Whether all of a text is CSS or SCSS whose selectors name elements of HTML.

    >>> is_style_sheet("a, .b { color: red }"), is_style_sheet("Ali: at Falcon Camp { now: yes }")
    (True, False)
    """
    if _may_hold_clue(text):
        return False
    code = _COMMENT_OR_STRING.sub(lambda found: " " if found["open"] is None else "\0", text)
    parts = re.split(r"([{};])", code)
    depth = 0
    for part, sign in zip(parts[::2], [*parts[1::2], ""], strict=True):
        if not _is_style_part(part.strip(), sign, depth):
            return False
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0


def _is_style_part(words: str, sign: str, depth: int) -> bool:
    """Whether words before a bracket or a semicolon, or after the last one, have the form that they need there."""
    if not words:
        return True
    if "\0" in words or not sign:
        return False
    if _AT_RULE.match(words):
        return True
    if sign == "{":
        return _is_selector(words)
    return _DECLARATION.match(words) is not None and (depth > 0 or words.startswith("$"))


def _is_selector(words: str) -> bool:
    plain = _ARGUMENT.sub("", words)
    names = _ELEMENT.findall(plain)
    return _NO_SELECTOR.search(plain) is None and all("-" in name or name.lower() in _ELEMENTS for name in names)


def is_program(text: str) -> bool:
    """Whether a text begins and ends as a program of functions does and holds no list of records.

    >>> is_program("(function () { start(); })();"), is_program("var posts = [{text: 'at Falcon Camp'}];")
    (True, False)
    """
    begins_at = _PROGRAM_COMMENT.match(text)
    return (
        begins_at is not None
        and _PROGRAM_START.match(text, begins_at.end()) is not None
        and _PROGRAM_END.search(text[-_MAX_END:]) is not None
        and _DATA.search(text) is None
        and not _may_hold_clue(text)
    )


def _may_hold_clue(text: str) -> bool:
    """Whether letters beyond the Latin ones, a position or a chat may be in it: comments and strings can hold words."""
    return _CLUE.search(text) is not None or any(char >= _AFTER_LATIN and char.isalpha() for char in set(text))
