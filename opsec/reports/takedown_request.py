"""Requests to a platform to remove a post: text for its form in each language, and a record for other programs.

A request identifies the post by its link, account, time and hash. It does not state what was recognised in it: whoever
reads it, at the platform or after a leak, must not learn which place it shows, or that it shows one. So nothing of a
finding but its number comes in, captions are not quoted, and times are in UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from opsec.i18n.messages import Lang, Message, _, isolate, ngettext, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.reports.json_writer import encode_document
from opsec.reports.takedown_platforms import TakedownPlatform, platform_of

MAX_ACCOUNT_LENGTH = 200
"""Code points of the name of an account."""

KnownAs = Literal["given", "unknown", "withheld"]
"""``withheld``: known, but it names the place; the officer decides whether to type it into the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownPost:
    """One post of a clip, as a request identifies it."""

    number: str
    """Of its finding."""
    link: str | None
    link_is: KnownAs
    account: str | None
    account_is: KnownAs
    posted_at: str | None
    """As the post gives it: RFC 3339, perhaps without an offset."""
    first_seen_at: str
    """RFC 3339, UTC."""
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownRequest:
    """What one platform is asked to remove."""

    platform: TakedownPlatform
    numbers: tuple[str, ...]
    """Of all findings that it is about."""
    post: TakedownPost
    copies: tuple[TakedownPost, ...]
    """Other posts of the same clip, of re-encoded ones too."""
    reason: str | None = None
    """The officer's own words."""
    stills: int = 0

    @property
    def copies_here(self) -> tuple[TakedownPost, ...]:
        """Copies that this platform can remove, and those without a link."""
        return tuple(one for one in self.copies if not self._is_elsewhere(one))

    @property
    def copies_elsewhere(self) -> tuple[TakedownPost, ...]:
        """Copies on other platforms, each of which needs a request of its own."""
        return tuple(one for one in self.copies if self._is_elsewhere(one))

    def _is_elsewhere(self, one: TakedownPost) -> bool:
        return one.link is not None and platform_of(one.link) is not self.platform


@dataclass(frozen=True, slots=True)
class TakedownField:
    """One field of the form."""

    label: str
    value: str
    is_sentence: bool = False
    """Whether the value is a text in the language of the request; otherwise a link, name, number or time."""


@dataclass(frozen=True, slots=True)
class TakedownText:
    """A request in one language, in the parts of both the text and the letter."""

    title: str
    fields: tuple[TakedownField, ...]
    paragraphs: tuple[str, ...]
    copies_here: tuple[tuple[str, ...], ...]
    """For each copy its link, account, time and hash, as far as they are known."""
    copies_elsewhere: tuple[tuple[str, ...], ...]
    contact: tuple[TakedownField, ...]


def request_text(request: TakedownRequest, lang: Lang) -> TakedownText:
    """Return the parts of a request in one language."""
    return TakedownText(
        title=render(_("Request to remove a post"), lang),
        fields=tuple(_fields(request, lang)),
        paragraphs=tuple(render(message, lang) for message in _paragraphs(request)),
        copies_here=tuple(_facts(one, lang) for one in request.copies_here),
        copies_elsewhere=tuple(_facts(one, lang) for one in request.copies_elsewhere),
        contact=tuple(
            TakedownField(render(label, lang), render(value, lang), is_sentence=True) for label, value in _CONTACT
        ),
    )


COPIES_HERE = _("Other posts of the same recording, which we ask you to remove as well:")
COPIES_ELSEWHERE = _("The same recording is also on other services, which are asked separately:")
CONTACT_TITLE = _("Contact")
_CONTACT = (
    (_("Name"), _("[name]")),
    (_("Acting for"), _("[the persons concerned, as their representative; or the role that the form offers]")),
    (_("E-mail"), _("[e-mail address]")),
    (_("Telephone"), _("[telephone number]")),
    (_("Country"), _("[country]")),
)


def _fields(request: TakedownRequest, lang: Lang) -> Iterator[TakedownField]:
    platform, post = request.platform, request.post

    def field(label: Message, value: str | Message | None) -> Iterator[TakedownField]:
        if isinstance(value, Message):
            yield TakedownField(render(label, lang), render(value, lang), is_sentence=True)
        elif value:
            yield TakedownField(render(label, lang), value)

    yield from field(_("Platform"), platform.title)
    yield from field(_("Subject"), _("Privacy and personal security"))
    yield from field(platform.link_label, post.link if post.link_is == "given" else _LINK_INSTEAD[post.link_is])
    account = post.account if post.account_is == "given" else _ACCOUNT_INSTEAD[post.account_is]
    yield from field(platform.account_label, account)
    yield from field(_("Posted"), _time_text(post.posted_at) or _("not known"))
    if platform.part_label is not None:
        yield from field(platform.part_label, _("the whole video"))
    yield from field(_("Found"), _time_text(post.first_seen_at))
    yield from field(_("SHA-256 of the file"), post.sha256)
    yield from field(_("Our reference"), ", ".join(request.numbers))


_LINK_INSTEAD: dict[KnownAs, Message] = {
    "withheld": _("[link]"),
    "unknown": _("The link of the post is not known; what follows identifies it."),
}
_ACCOUNT_INSTEAD: dict[KnownAs, Message] = {"withheld": _("[account]"), "unknown": _("not known")}


def _paragraphs(request: TakedownRequest) -> Iterator[Message]:
    yield _("Please remove this post and every copy of it, and prevent it from being uploaded again.")
    yield _(
        "Ground: privacy. The spread of this post endangers the personal security of people who are shown in it or "
        "connected with it."
    )
    if request.reason is not None:
        yield _("Reason: {reason}", reason=escape_unsafe(request.reason))
    yield _("Please treat this as urgent under your rules on privacy and personal safety, and under the law in force.")
    yield _(
        "Please do not pass this request on to the account, and do not publish it, also not in a public collection of "
        "requests: that would endanger the same people."
    )
    if request.stills:
        yield ngettext("Enclosed: {n} still of the post.", "Enclosed: {n} stills of the post.", request.stills)


def _facts(post: TakedownPost, lang: Lang) -> tuple[str, ...]:
    """Return by what a copy is identified; its hash only where nothing else does."""
    link = render(_("[link]"), lang) if post.link_is == "withheld" else post.link
    account = render(_("[account]"), lang) if post.account_is == "withheld" else post.account
    time = _time_text(post.posted_at)
    shown = render(time, lang) if isinstance(time, Message) else time
    known = [one for one in (link, account, shown) if one]
    return tuple(known if link or not post.sha256 else [*known, f"SHA-256 {post.sha256}"])


def _time_text(text: str | None) -> str | Message | None:
    """Return a time in UTC to the minute: an offset would show the region. None for what is not a time."""
    found = _parse_time(text)
    if isinstance(found, datetime):
        if found.tzinfo is None:
            return _("{time}, time zone not known", time=f"{found:%Y-%m-%d %H:%M}")
        return f"{found.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return found.isoformat() if found else None


def _parse_time(text: str | None) -> datetime | date | None:
    try:
        if text and len(text) <= len("2026-11-20"):
            return date.fromisoformat(text)
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def account_text(author: str | None) -> str | None:
    """Return the name of an account without the spaces around it and safe to print; None for an empty one."""
    return escape_unsafe((author or "").strip(), limit=MAX_ACCOUNT_LENGTH) or None


# ── files ─────────────────────────────────────────────────────────────────────────────────────
def render_request_text(request: TakedownRequest, lang: Lang) -> bytes:
    """Render the text to paste into the form of the platform, in UTF-8."""
    parts = request_text(request, lang)
    lines = [parts.title, ""]
    for field in parts.fields:
        lines += [f"{field.label}:", _shown(field, lang), ""]
    for paragraph in parts.paragraphs:
        lines += [paragraph, ""]
    for heading, copies in ((COPIES_HERE, parts.copies_here), (COPIES_ELSEWHERE, parts.copies_elsewhere)):
        if copies:
            lines += [render(heading, lang), *_copy_lines(copies, lang), ""]
    lines.append(render(CONTACT_TITLE, lang))
    lines += [f"{field.label}: {_shown(field, lang)}" for field in parts.contact]
    return ("\n".join(lines) + "\n").encode()


def _copy_lines(copies: tuple[tuple[str, ...], ...], lang: Lang) -> Iterator[str]:
    for facts in copies:
        yield "- " + " · ".join(isolate(fact, lang) for fact in facts)


def _shown(field: TakedownField, lang: Lang) -> str:
    return field.value if field.is_sentence else isolate(field.value, lang)


def render_request_json(request: TakedownRequest) -> bytes:
    """Render the record of a request; fields may be added, never renamed or removed."""
    record = {
        "schema_version": 1,
        "platform": request.platform.name,
        "findings": list(request.numbers),
        **_post_record(request.post),
        "copies": [{"platform": _platform_name(one), **_post_record(one)} for one in request.copies],
        "reason": request.reason,
        "stills": request.stills,
    }
    return encode_document(record)


def _post_record(post: TakedownPost) -> dict[str, Any]:
    return {
        "finding": post.number,
        "url": post.link,
        "account": post.account,
        "sha256": post.sha256,
        "posted_at": _utc_time(post.posted_at),
        "first_seen_at": _utc_time(post.first_seen_at),
        "withheld": [
            name for name, state in (("url", post.link_is), ("account", post.account_is)) if state == "withheld"
        ],
    }


def _utc_time(text: str | None) -> str | None:
    """Return a time as RFC 3339 in UTC to the second, one without an offset as it is, or a date."""
    found = _parse_time(text)
    if isinstance(found, datetime):
        whole = found.replace(microsecond=0)
        return (whole if whole.tzinfo is None else whole.astimezone(UTC)).isoformat().replace("+00:00", "Z")
    return None if found is None else found.isoformat()


def _platform_name(post: TakedownPost) -> str:
    return platform_of(post.link).name
