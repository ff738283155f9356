"""What the program knows about one kind of reason why something was not (fully) read."""

import string
from dataclasses import dataclass
from typing import Literal

ReasonGroup = Literal[
    "not_opened", "type_not_read", "nothing_to_read", "media_missing", "encrypted", "damaged", "limits",
    "not_installed", "unclear", "list_data", "stopped", "other_version", "program_fault",
]  # fmt: skip
"""Groups in which the weekly page counts reasons; their labels are in ``opsec.reports.reason_groups``."""


@dataclass(frozen=True, slots=True)
class ReasonKind:
    """One code, with everything that the program decides by it."""

    code: str
    """Stable identifier, part of the JSON of a scan."""
    sentence: str
    """English template, the gettext key; its blanks are in braces."""
    group: ReasonGroup
    """Under which the weekly page counts it."""
    transient: bool = False
    """It depends on the moment or on a limit, not on the bytes: such a reading is repeated by the next scan."""
    remark: bool = False
    """The file was read all the same: reports show it as a note, not as something left out."""
    lossless: bool = False
    """A remark that never stands for a gap: nothing in the file is lost."""
    hides_clip: bool = True
    """A skipped file with this reason may be a clip that nobody checked, so it counts as not fully checked.

    That includes a link out of the folder: not following it is this program's caution, not the officer's wish.
    """
    of_each_row: bool = False
    """It concerns every row of a list: each of its posts counts as read in part."""

    @property
    def blank_names(self) -> frozenset[str]:
        """Names of the blanks that a reason of this code must fill, no more and no fewer."""
        return blank_names(self.sentence)


def blank_names(template: str) -> frozenset[str]:
    """Names in braces of a template.

    >>> sorted(blank_names("its {part} is damaged: {detail}"))
    ['detail', 'part']
    """
    return frozenset(name for _text, name, _spec, _conversion in string.Formatter().parse(template) if name)
