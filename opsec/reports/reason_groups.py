"""Labels of the groups in which the weekly page counts why clips were not fully checked."""

from collections.abc import Mapping

from opsec.i18n.messages import Message, _
from opsec.model.reasons import ReasonGroup

GROUP_LABELS: Mapping[ReasonGroup, Message] = {
    "not_opened": _("could not be opened"),
    "type_not_read": _("of a type that is not read"),
    "nothing_to_read": _("no content to read"),
    "media_missing": _("the media file of the post is missing"),
    "encrypted": _("encrypted"),
    "damaged": _("damaged or cut off"),
    "limits": _("larger than the limits"),
    "not_installed": _("a component needed to read it is not installed"),
    "unclear": _("too small or too blurred to read"),
    "list_data": _("the list or the data beside the post could not be read in full"),
    "stopped": _("reading was stopped: it took too much time or memory"),
    "other_version": _("read by another version of this program"),
    "program_fault": _("a fault in this program"),
}


def label_groups(clips_by_group: Mapping[ReasonGroup, int]) -> list[tuple[Message, int]]:
    """Label of each group and number of its clips, the largest first; equal numbers in the order of the labels."""
    labelled = [(GROUP_LABELS[group], clips) for group, clips in clips_by_group.items()]
    return sorted(labelled, key=lambda row: (-row[1], row[0].template))
