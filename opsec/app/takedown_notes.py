"""What the officer has to know about a request for removal before it is sent."""

from opsec.app.takedown import PreparedTakedown
from opsec.i18n.messages import Message, _, ngettext
from opsec.reports.takedown_platforms import platform_of


def request_messages(one: PreparedTakedown) -> list[Message]:
    """Return who is asked, and what is missing from the request, as the command line says it."""
    elsewhere = one.request.copies_elsewhere
    if not elsewhere:
        return platform_messages(one)
    return [
        *platform_messages(one),
        ngettext(
            "finding {number}: {n} copy is on another platform; write a request for it with --platform",
            "finding {number}: {n} copies are on other platforms; write a request for each with --platform",
            len(elsewhere),
            number=one.request.numbers[0],
        ),
    ]


def unasked_message(one: PreparedTakedown) -> Message | None:
    """Return how many copies are on services that the program writes no request for; None for none."""
    count = sum(not platform_of(copy.link).title for copy in one.request.copies_elsewhere)
    if not count:
        return None
    return ngettext(
        "finding {number}: {n} copy is on a service without a request of its own; ask there in the same words",
        "finding {number}: {n} copies are on services without a request of their own; ask there in the same words",
        count,
        number=one.request.numbers[0],
    )


def platform_messages(one: PreparedTakedown) -> list[Message]:
    """Return who is asked, and what is missing from the request."""
    request = one.request
    number, title = request.numbers[0], request.platform.title
    found = [
        _("finding {number}: request to {platform}", number=number, platform=title)
        if title
        else _("finding {number}: general request, to no platform by name", number=number)
    ]
    if any("withheld" in {post.link_is, post.account_is} for post in (request.post, *request.copies)):
        found.append(
            _(
                "finding {number}: a link or an account that names a place or a position was left out; type it "
                "into the form yourself if you decide to",
                number=number,
            )
        )
    if request.post.link_is == "unknown":
        found.append(_("finding {number}: its link is not known; add it if you have it", number=number))
    if one.reason_names_place:
        found.append(_("your reason names a place or a position; everybody who handles the request reads it"))
    return found
