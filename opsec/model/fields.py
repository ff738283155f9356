"""Names of the fields in which hints stand, as far as the stages distinguish them.

Boxes, tags and JSON paths keep the names from their standards and are not listed.
"""

CAPTION = "caption"
HASHTAG = "hashtag"
AUTHOR = "author"
"""Name of the account: it may be that of a unit or a place."""
COMMENT = "comment"
SOUND = "sound"
"""Title of the sound used."""
SUBTITLE = "subtitle"
CHAPTER = "chapter"
"""Title of a chapter of a video."""
SPEECH = "speech"
POSTED_AT = "posted_at"
RECORDED_AT = "recorded_at"
"""Times in the record of a post."""
CHAT = "chat"
"""Name of the chat, channel, group or topic in which something was posted."""
POLL = "poll"
"""Question and answers of a poll."""
FORWARDED_FROM = "forwarded from"
"""Name of the channel or person that a message was forwarded from."""
FILENAME = "filename"
FOLDER = "folder"
"""Name of a folder or archive around a file: clips are often sorted into folders named after sites."""
SIGN = "sign"
"""Text on something in the scene."""
ON_SCREEN = "on screen"
"""Text burnt into the frames."""

PICTURE_FIELDS = frozenset({SIGN, ON_SCREEN})
"""Text read from frames."""

FILE_FIELDS = frozenset({FILENAME, FOLDER})
"""Text outside the post: anybody who kept the clip may have chosen it."""

OTHERS_FIELDS = frozenset({COMMENT, SOUND})
"""Text that somebody other than the author may have written."""
