"""A neutral note for the person who posted a clip, to be passed on in private by their superiors.

It states what to remove, why filming on duty is forbidden in general, and how to check a clip before posting it. It has
nothing of what was recognised in the clip, so that the note itself does no harm where it is passed on or photographed.
"""

from opsec.i18n.messages import Lang, Message, _, isolate, render
from opsec.reports.takedown_request import TakedownRequest, request_text

_TITLE = _("Please remove a post")
_INTRODUCTION = _(
    "This note is for the person who posted it. Please pass it on in private. It is a reminder and not an accusation."
)
_REMOVE = (
    _("Delete the post itself; making it private or hiding it is not enough."),
    _("Delete copies too: stories, statuses, drafts, groups, chats and albums in the cloud."),
    _("Ask those to whom you sent it to delete it, and do not explain what can be seen in it."),
    _("Do not post a correction, and do not answer comments about it."),
    _("Tell the person who gave you this note when it is done."),
)
_WHY = (
    _(
        "Filming on duty, and posting it, is forbidden in general, not only in this case. One clip may look harmless, "
        "but strangers put many clips together: faces, voices, vehicles, habits and times."
    ),
    _(
        "This puts you, your comrades and your families in danger, and nobody can take it back once others have "
        "copied it."
    ),
)
_CHECKS = (
    _("Was it filmed on duty, on the way there or on the way back? Then do not post it."),
    _("Switch location off in the camera and in the app, and remove tags of places."),
    _("Look at every second: signs, badges, number plates, screens, maps, papers, faces."),
    _("Look at the background: anything that a stranger could recognise, in daylight or at night."),
    _("Listen to it with the sound up: names, orders, radio, announcements."),
    _("Read the caption, the tags and the title of the sound: no names of places or formations, no times, no leave."),
    _("Never post live or on the same day."),
    _("If you are in doubt, ask first. Not to post is never wrong."),
)


def render_note(request: TakedownRequest, lang: Lang) -> bytes:
    """Render the note in one language, as text in UTF-8."""

    def heading(message: Message) -> list[str]:
        return ["", render(message, lang), ""]

    lines = [render(_TITLE, lang), "", render(_INTRODUCTION, lang), *heading(_("What to remove"))]
    lines += _posts(request, lang)
    lines += ["", *(f"- {render(one, lang)}" for one in _REMOVE)]
    lines += heading(_("Why"))
    lines += [render(one, lang) for one in _WHY]
    lines += heading(_("Check before you post"))
    lines += [f"{isolate(index, lang)}. {render(one, lang)}" for index, one in enumerate(_CHECKS, 1)]
    return ("\n".join(lines) + "\n").encode()


def _posts(request: TakedownRequest, lang: Lang) -> list[str]:
    """Return the lines that name the posts to remove."""
    post, text = request.post, request_text(request, lang)
    facts = [
        (request.platform.link_label, post.link),
        (request.platform.account_label, post.account),
    ]
    lines = [f"{render(label, lang)}: {isolate(value, lang)}" for label, value in facts if value]
    if not lines:
        lines = [render(_("The post that you were told about."), lang)]
    for copy in (*text.copies_here, *text.copies_elsewhere):
        lines.append("- " + " · ".join(isolate(fact, lang) for fact in copy))
    return lines
