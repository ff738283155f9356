"""Platforms that a request for removal is addressed to, recognised by the host of a link, and links without extras.

The labels follow the public forms for privacy reports of each platform. A link copied from an app carries parameters
that identify the person who shared it (``igsh``, ``si``, ``_t``); only those by which the platform finds the post are
kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from opsec.errors import UsageError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import escape_unsafe

_HARMLESS_IN_LINKS = "/:?#@!$&()*+,;=~%-._"
"""Characters of RFC 3986 that stay as they are; all others are percent-encoded, so that no control survives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownPlatform:
    """What one platform calls the fields of its form."""

    name: str
    """What is typed after ``--platform``."""
    title: str
    """Its own spelling; empty for the generic form."""
    hosts: tuple[str, ...] = ()
    """Registered names; a host below one of them counts too."""
    query_keys: frozenset[str] | None = frozenset()
    """Parameters of a link that name the post; None: all are kept."""
    link_label: Message
    account_label: Message
    part_label: Message | None = None
    """Field that asks where in a video the private content is seen."""


_POST, _VIDEO, _MESSAGE = _("Link of the post"), _("Link of the video"), _("Link of the message")
_USER = _("User name")

PLATFORMS: Mapping[str, TakedownPlatform] = {
    one.name: one
    for one in (
        TakedownPlatform(
            name="tiktok",
            title="TikTok",
            hosts=("tiktok.com",),
            link_label=_VIDEO,
            account_label=_USER,
        ),
        TakedownPlatform(
            name="instagram",
            title="Instagram",
            hosts=("instagram.com", "instagr.am"),
            query_keys=frozenset({"story_media_id"}),
            link_label=_POST,
            account_label=_USER,
        ),
        TakedownPlatform(
            name="facebook",
            title="Facebook",
            hosts=("facebook.com", "fb.com", "fb.watch", "fb.me"),
            query_keys=frozenset({"v", "id", "fbid", "story_fbid", "set", "multi_permalinks"}),
            link_label=_POST,
            account_label=_("Profile, page or group"),
        ),
        TakedownPlatform(
            name="youtube",
            title="YouTube",
            hosts=("youtube.com", "youtu.be", "youtube-nocookie.com"),
            query_keys=frozenset({"v", "lb"}),
            link_label=_VIDEO,
            account_label=_("Channel"),
            part_label=_("Where in the video"),
        ),
        TakedownPlatform(
            name="telegram",
            title="Telegram",
            hosts=("t.me", "telegram.me", "telegram.dog", "telegram.org"),
            query_keys=frozenset({"comment", "thread", "single"}),
            link_label=_MESSAGE,
            account_label=_("Channel, group or user name"),
        ),
        TakedownPlatform(
            name="x",
            title="X",
            hosts=("x.com", "twitter.com"),
            link_label=_POST,
            account_label=_USER,
        ),
    )
}
GENERIC = TakedownPlatform(name="other", title="", query_keys=None, link_label=_POST, account_label=_("Account"))
"""For a link of another host, and for a post without a link."""


def parse_platform(text: str) -> TakedownPlatform:
    """Return a platform by its name.

    Raises
    ------
    UsageError
        There is no form for it; the sentence names those that there are.
    """
    found = PLATFORMS.get(text.strip().lower())
    if found is None:
        shown, known = escape_unsafe(text, limit=40), ", ".join(PLATFORMS)
        raise UsageError(_("{name} is not a platform of this command; use one of {known}", name=shown, known=known))
    return found


def platform_of(link: str | None) -> TakedownPlatform:
    """Return the platform of a link by its host.

    >>> platform_of("https://vm.tiktok.com/ZM1/").name, platform_of("https://nottiktok.com/x").name
    ('tiktok', 'other')
    """
    host = _host(_split(link)) if link else None
    for one in PLATFORMS.values() if host else ():
        if any(host == known or (host or "").endswith(f".{known}") for known in one.hosts):
            return one
    return GENERIC


def clean_link(url: str | None) -> str | None:
    """Return a link to a post in ASCII, without what identifies the person who shared it.

    >>> clean_link("https://www.instagram.com/reel/C1/?igsh=abc")
    'https://www.instagram.com/reel/C1/'

    Returns
    -------
    str or None
        None for what is not a link of the web: nothing else can be pasted into a form.
    """
    parts = _split(url.strip()) if url else None
    host = _host(parts)
    if parts is None or host is None:
        return None
    keys = platform_of(f"https://{host}/").query_keys
    query, fragment = parts.query, f"#{parts.fragment}" if parts.fragment and keys is None else ""
    if keys is not None:
        named = [(key, value) for key, value in parse_qsl(query, max_num_fields=100) if key in keys]
        query = urlencode(named, errors="replace")
    port = f":{parts.port}" if parts.port is not None else ""
    rest = f"{parts.path}{'?' if query else ''}{query}{fragment}"
    return f"{parts.scheme.lower()}://{host}{port}{quote(rest, safe=_HARMLESS_IN_LINKS, errors='replace')}"


def _split(url: str | None) -> SplitResult | None:
    """Return the parts of a link of the web; None for anything else."""
    try:
        parts = urlsplit(url or "")
        _unused = parts.port  # raises for a port that is not a number
        parse_qsl(parts.query, max_num_fields=100)
    except ValueError:
        return None
    return parts if parts.scheme.lower() in {"http", "https"} and parts.hostname else None


def _host(parts: SplitResult | None) -> str | None:
    """Return the host in ASCII (RFC 5891); None if it has no such form."""
    if parts is None or parts.hostname is None:
        return None
    try:
        host = parts.hostname.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return host if host and all(char.isalnum() or char in "-._" for char in host) else None
