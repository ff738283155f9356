"""Recognise a site that ``opsec init`` wrote and nobody has filled in: it protects nothing and is no fault."""

import json
import re
import tomllib
from collections.abc import Mapping

from opsec.errors import SitesError
from opsec.i18n.messages import Message, _
from opsec.sites.bounded_files import display_path, list_folder, read_bounded
from opsec.sites.file_names import FENCE_FILE, LANDMARKS, SITE_FILE, TOML_MIB
from opsec.sites.packed_tree import SitePath

TEMPLATE_ID = "my-base"
"""Id of the site that ``opsec init`` writes."""
_FILLED_IN = re.compile(
    r"""(?mx)
    ^ [\ \t]* [\w."'-]+ [\ \t]* = [\ \t]* \[ [\ \t]* ["']  # a list with a text, such as a name
    | ^ (?: code | unit | position | radius_m | prior ) [\ \t]* =
    """
)
"""What no template has: most sites are told by this, without parsing their file twice."""


def is_template(folder: SitePath) -> bool:
    """Whether a site folder is as ``opsec init`` wrote it: no name, no landmark, no setting, and an empty fence.

    The folder and its id may have been renamed, or the fence deleted. Anything else is a site with a fault.
    """
    if not (folder / SITE_FILE).is_file() or (folder / SITE_FILE).is_symlink():
        return False
    try:
        text = read_bounded(folder / SITE_FILE, TOML_MIB).decode("utf-8-sig")
        if _FILLED_IN.search(text):
            return False
        written = tomllib.loads(text)
        return (
            set(written) <= {"id", "kind", "names"}
            and _is_empty(written.get("names", {}))
            and _is_fence_of_template(folder / FENCE_FILE, str(written.get("id")))
            and not ((folder / LANDMARKS).is_dir() and list_folder(folder / LANDMARKS))
        )
    except (SitesError, OSError, ValueError, RecursionError):
        return False  # loading reports the fault


def template_message(folder: SitePath) -> Message:
    """Say that a site is a template."""
    return _(
        "{file} is a template, not filled in yet, and is not used; add a name and a fence, or delete it",
        file=display_path(folder),
    )


def only_templates(folder: SitePath) -> SitesError:
    """Error for a folder of sites that contains only templates."""
    return SitesError(
        _(
            "{file} contains only a template, not filled in yet, so nothing could be found; add a name and "
            "a fence to it, or import your sites with opsec sites import",
            file=display_path(folder),
        )
    )


def _is_empty(names: object) -> bool:
    return isinstance(names, Mapping) and all(
        not listed or (isinstance(listed, Mapping) and _is_empty(listed)) for listed in names.values()
    )


def _is_fence_of_template(fence: SitePath, id_: str) -> bool:
    if not fence.exists():
        return id_ == TEMPLATE_ID
    document = json.loads(read_bounded(fence, TOML_MIB))
    return isinstance(document, dict) and document.get("features") == []
