"""Bring the Arabic catalogue up to date: ``python -m opsec.devtools.i18n`` extracts, merges and compiles.

Sentences that still want a translation are printed; a test fails while there are any. The .po file holds
plain text; what stays as it is typed (options, keys, file names) is isolated when it is compiled.
"""

import re
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
KEYWORDS = {"_": None, "marked": None, "counted": (1, 2)}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
ARABIC_PLURALS = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"

_INNER = r'[A-Za-z0-9_+/:=\[\]",.@#%|<>-]'
_TYPED = re.compile(rf'(?<![A-Za-z0-9_{{}}])[A-Za-z0-9_+\["@#<-](?:{_INNER}|\{{\w+\}})*(?: {_INNER}+)*')
"""A run of what is typed as it stands, with the blanks glued to it: ``--case``, ``opsec sites check``."""


def in_source() -> Catalog:
    """Every sentence marked in the package, with no translation."""
    catalogue = Catalog(project="opsec")
    for file, _line, text, _comments, _context in extract_from_dir(PACKAGE, METHODS, keywords=KEYWORDS):
        catalogue.add(text, locations=[(f"opsec/{file}", 0)])
    return catalogue


def kept() -> Catalog:
    """The catalogue in the repository."""
    with (FOLDER / "opsec.po").open("rb") as stream:
        return read_po(stream, locale="ar")


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as gettext reads it, with everything typed isolated from the Arabic around it."""
    made, out = deepcopy(catalogue), BytesIO()
    for message in made:
        if message.id:
            forms = message.string
            message.string = tuple(map(isolated, forms)) if isinstance(forms, tuple | list) else isolated(forms or "")
    write_mo(out, made)
    return out.getvalue()


def isolated(template: str) -> str:
    """An Arabic template in which ``--case`` cannot become ``case--`` (UAX #9, section 2.4).

    >>> isolated("عيّن مسارًا بالخيار --case.").encode("ascii", "namereplace").count(b"ISOLATE")
    2
    """
    return _TYPED.sub(_wrapped, template) if re.search("[\u0600-\u06ff]", template) else template


def _wrapped(found: re.Match[str]) -> str:
    typed = found.group().rstrip(".,:= ")
    tail = found.group()[len(typed) :]
    return f"{LRI}{typed}{PDI}{tail}" if re.search("[A-Za-z0-9]", typed) else found.group()


def untranslated(catalogue: Catalog) -> list[str]:
    """Keys of sentences without an Arabic form; a counted one needs all six."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and not all(message.string if isinstance(message.string, tuple | list) else [message.string])
    ]


def main() -> None:
    catalogue = kept()
    catalogue.update(in_source(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    out = BytesIO()
    write_po(out, catalogue, width=110, sort_output=True, include_lineno=False, omit_header=False)
    (FOLDER / "opsec.po").write_bytes(out.getvalue())
    (FOLDER / "opsec.mo").write_bytes(compiled(catalogue))
    for text in untranslated(catalogue):
        print("untranslated:", text)  # noqa: T201 - this is a tool for a terminal


if __name__ == "__main__":
    main()
