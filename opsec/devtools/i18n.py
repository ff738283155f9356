"""Update the Arabic catalogue: ``python -m opsec.devtools.i18n`` extracts, merges and compiles.

Messages without a translation are printed; a test fails while there are any. The .po file contains plain text;
literals (options, keys, file names) get their bidirectional isolates when it is compiled.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from opsec.i18n.messages import LRI, PDI

PACKAGE = Path(__file__).parent.parent
FOLDER = PACKAGE / "assets" / "locale" / "ar" / "LC_MESSAGES"
KEYWORDS = {"_": None, "translatable": None, "ngettext": (1, 2), "ReasonKind": (2,), "NoteKind": (2,)}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
ARABIC_PLURALS = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"

_LITERAL_CHARACTER = r'[A-Za-z0-9_+/:=\[\]",.@#%|<>-]'
_LITERAL = re.compile(
    r'(?<![A-Za-z0-9_{}])(?:\.(?=[A-Za-z]))?[A-Za-z0-9_+\["@#<-]'
    rf"(?:{_LITERAL_CHARACTER}|\{{\w+\}})*(?: {_LITERAL_CHARACTER}+)*"
)
"""A run of literal text with the blanks attached to it: ``--case``, ``opsec sites check``."""


def extract_messages() -> Catalog:
    """Extract all translatable messages of the package, without translations."""
    catalogue = Catalog(project="opsec")
    for file, _line, text, _comments, _context in extract_from_dir(PACKAGE, METHODS, keywords=KEYWORDS):
        catalogue.add(text, locations=[(f"opsec/{file}", 0)])
    return catalogue


def load_catalogue() -> Catalog:
    """Read the catalogue of the repository."""
    with (FOLDER / "opsec.po").open("rb") as stream:
        return read_po(stream, locale="ar")


def compile_catalogue(catalogue: Catalog) -> bytes:
    """Compile a catalogue to the .mo format of gettext, with literals isolated from the Arabic around them."""
    isolated, out = deepcopy(catalogue), BytesIO()
    for message in isolated:
        if message.id:
            message.string = _map_forms(isolate_literals, message.string)
    write_mo(out, isolated)
    return out.getvalue()


def _map_forms(change: Callable[[str], str], forms: object) -> str | tuple[str, ...]:
    """Apply a function to a translation, or to each of its plural forms."""
    return tuple(map(change, forms)) if isinstance(forms, tuple | list) else change(str(forms or ""))


def isolate_literals(template: str) -> str:
    """Isolate literals in an Arabic template, so that ``--case`` cannot become ``case--`` (UAX #9, section 2.4).

    >>> isolate_literals("عيّن مسارًا بالخيار --case.").encode("ascii", "namereplace").count(b"ISOLATE")
    2
    """
    return _LITERAL.sub(_wrap, template) if re.search("[\u0600-\u06ff]", template) else template


def _wrap(found: re.Match[str]) -> str:
    literal = found.group().rstrip(".,:= ")
    tail = found.group()[len(literal) :]
    return f"{LRI}{literal}{PDI}{tail}" if re.search("[A-Za-z0-9]", literal) else found.group()


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the keys of messages without a translation; a plural message needs all six forms."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and not all(message.string if isinstance(message.string, tuple | list) else [message.string])
    ]


def main() -> None:
    """Update the .po file, compile it, and print what has no translation."""
    catalogue = load_catalogue()
    catalogue.update(extract_messages(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    out = BytesIO()
    write_po(out, catalogue, width=110, sort_output=True, include_lineno=False, omit_header=False)
    (FOLDER / "opsec.po").write_bytes(out.getvalue())
    (FOLDER / "opsec.mo").write_bytes(compile_catalogue(catalogue))
    for text in untranslated(catalogue):
        print("untranslated:", text)  # noqa: T201 - this is a tool for a terminal


if __name__ == "__main__":
    main()
