"""Fields of hints that the stages tell apart: who wrote the words, and where they stand."""

SIGN, ON_SCREEN = "sign", "on screen"

PICTURE_FIELDS = frozenset({SIGN, ON_SCREEN})
"""Fields of words that stand in pictures: in the scene, or burnt in."""

FOLDER = "folder"
"""Field of the names of folders and archives around a file: clips are often sorted into folders named after sites."""

FILE_FIELDS = frozenset({"filename", FOLDER})
"""Fields whose words stand outside the post: anybody who kept the clip may have chosen them."""

OTHERS_FIELDS = frozenset({"comment", "sound"})
"""Fields whose words somebody else than the author may have written."""

PRESENCE, STRENGTH = "time and presence", "strength and schedule"
"""What a word gives away; the note of its hint."""
