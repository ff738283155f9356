"""The catalogue of reasons why something was not (fully) read: one entry for each code, with its sentence and traits.

A worker, which opens hostile files, may choose a code and fill its blanks; it can never choose the sentence.
The sentences are English gettext keys; ``opsec.i18n.reasons`` fills and translates them.
"""

from collections.abc import Mapping

from opsec.model.reason_kind import ReasonGroup, ReasonKind, blank_names

__all__ = ["REASONS", "ReasonGroup", "ReasonKind", "blank_names"]

_KINDS: tuple[ReasonKind, ...] = (
    # the file as the parent process found it
    ReasonKind("missing", "the file does not exist", "not_opened", transient=True),
    ReasonKind("no_permission", "this account has no permission to open the file", "not_opened", transient=True),
    ReasonKind("not_a_file", "not a regular file", "not_opened"),
    ReasonKind(
        "too_large", "the file is larger than the limit of {limit_mib} MiB (limits.file_mib in opsec.toml)", "limits"
    ),
    ReasonKind("link_out", "a link that leads out of the folder or to nothing; it was not followed", "not_opened"),
    ReasonKind(
        "link_in",
        "a link to something in the same folder, which is scanned under its own name",
        "not_opened",
        hides_clip=False,
    ),
    ReasonKind(
        "a_folder",
        "a folder named like a clip; the files in it are scanned under their own names",
        "type_not_read",
        hides_clip=False,
    ),
    ReasonKind("our_sites", "it contains our own sites and is not scanned", "nothing_to_read", hides_clip=False),
    ReasonKind("not_a_clip", "this version cannot read files of this type", "type_not_read"),
    ReasonKind("beside_not_read", "the file {file} beside it was not read", "type_not_read"),
    ReasonKind("own_result", "a result that this program wrote for this case", "nothing_to_read", hides_clip=False),
    ReasonKind("no_posts", "it contains no posts", "nothing_to_read", hides_clip=False),
    ReasonKind("changed", "the file changed while it was being read; scan it again", "not_opened", transient=True),
    ReasonKind(
        "io_error", "the disk reported an error while the file was being read: {error}", "not_opened", transient=True
    ),
    ReasonKind(
        "media_missing", "the post names the media file {media}, which was not found beside it", "media_missing"
    ),
    # what its bytes turned out to be
    ReasonKind("empty", "the file is empty", "nothing_to_read", hides_clip=False),
    ReasonKind("unknown_type", "the content is of an unknown type", "type_not_read"),
    ReasonKind("playlist", "a playlist that points to other files; it is not followed", "type_not_read"),
    ReasonKind("unsupported", "this version cannot read content of type {type}", "type_not_read"),
    ReasonKind("nested_archive", "an archive inside an archive; unpack it first", "type_not_read"),
    ReasonKind("encrypted", "the file is encrypted", "encrypted"),
    # what a reader found inside
    ReasonKind("cut_off", "the file is cut off (its {part} is incomplete)", "damaged"),
    ReasonKind("broken", "its {part} is damaged: {detail}", "damaged"),
    ReasonKind("too_deep", "its {part} is nested deeper than the limit", "damaged"),
    ReasonKind("too_many", "it contains more than {limit} {part}; the rest was not read", "limits"),
    ReasonKind(
        "too_many_names", "it names your sites more than {limit} times; the words after that were not matched", "limits"
    ),
    ReasonKind("too_long", "its {part} is longer than {limit} and was truncated", "limits"),
    ReasonKind(
        "too_big_picture", "it claims an image of {width_px} × {height_px} pixels, which exceeds the limit", "limits"
    ),
    ReasonKind("no_decoder", "its images use an encoding that cannot be decoded here", "type_not_read"),
    ReasonKind("too_small_picture", "its image of {width_px} × {height_px} pixels is too small to analyse", "limits"),
    ReasonKind("no_pictures", "none of its images could be decoded", "damaged"),
    ReasonKind("broken_pictures", "{count} damaged stretches of its video were skipped", "damaged"),
    ReasonKind("pictures_end", "its video ends at second {at_s} of {claimed_s}", "damaged"),
    ReasonKind("pictures_missing", "only {count} of the {claimed} images of its video could be decoded", "damaged"),
    ReasonKind("other_tracks", "{count} further video tracks in it were not analysed", "limits"),
    ReasonKind("key_frames_only", "the clip is long: from second {from_s} on, only key frames were analysed", "limits"),
    ReasonKind(
        "no_sign_package",
        "text in images was not read: the package {package} is missing; install opsec again with all its packages",
        "not_installed",
    ),
    ReasonKind(
        "no_sign_model",
        "text in images was not read: the model of the text detector ({file}) is missing; install opsec again with pip",
        "not_installed",
    ),
    ReasonKind(
        "no_sign_data",
        "text in images was not read: there is no language data; install tesseract-ocr-ara and "
        "tesseract-ocr-eng, or name their folder in opsec.toml (signage.tessdata)",
        "not_installed",
    ),
    ReasonKind(
        "signs_broken",
        "text in images was not read: the text reader cannot be loaded ({detail}); "
        "install opsec again with all its packages",
        "not_installed",
    ),
    ReasonKind(
        "no_arabic_data",
        "Arabic text in its images was read by one engine only: language data is missing; install tesseract-ocr-ara",
        "not_installed",
    ),
    ReasonKind(
        "no_english_data",
        "English text in its images was read by one engine only: language data is missing; install tesseract-ocr-eng",
        "not_installed",
    ),
    ReasonKind("signs_unclear", "{count} lines of text in its images are too small or too blurred to read", "unclear"),
    ReasonKind("signs_left_out", "it shows more text than the limit; some of it was not read", "limits"),
    ReasonKind(
        "no_landmark_model",
        "landmarks were not compared: the {method} model cannot be run here; run opsec doctor, and if it "
        "reports nothing, raise limits.memory_mib in opsec.toml",
        "not_installed",
        transient=True,
    ),
    ReasonKind(
        "no_learned_model",
        "the landmark model that opsec.toml names did not look at it; run opsec models check on that folder",
        "not_installed",
        transient=True,
    ),
    ReasonKind("rest_not_decoded", "decoding of its video stopped at second {from_s}", "limits"),
    ReasonKind(
        "bad_place",
        "{field} contains {count} invalid position(s): not on Earth, or a placeholder for no fix",
        "damaged",
        remark=True,
        lossless=True,
        hides_clip=False,
    ),
    ReasonKind(
        "places_disagree",
        "{field} and {other} give positions {distance_km} km apart; both were kept",
        "damaged",
        remark=True,
        lossless=True,
        hides_clip=False,
    ),
    ReasonKind(
        "unknown_column",
        "its column {column} is unknown and only its words were read; did you mean {nearest}?",
        "list_data",
        of_each_row=True,
    ),
    ReasonKind(
        "no_known_column",
        "it has no known column and only its words were read; name the columns url, caption, author, posted_at, media, "
        "place, latitude, longitude (or الرابط، النص، الحساب، التاريخ، الملف، المكان، خط العرض، خط الطول)",
        "list_data",
    ),
    ReasonKind(
        "column_ignored",
        "its column {column} holds no words or position",
        "list_data",
        remark=True,
        lossless=True,
        hides_clip=False,
    ),
    ReasonKind(
        "bad_times",
        "{count} of its times could not be read, the first in row {row} of the sheet; "
        "write them as 2026-11-16T08:30+03:00",
        "list_data",
        remark=True,
        lossless=True,
        hides_clip=False,
    ),
    ReasonKind(
        "unclear_dates",
        "{count} of its dates may be day/month or month/day and were left out, the first in row {row} of the sheet; "
        "write them as 2026-11-16",
        "list_data",
        remark=True,
        lossless=True,
        hides_clip=False,
    ),
    ReasonKind(
        "odd_fields",
        "its fields {fields} have an unexpected type and were not read",
        "list_data",
        remark=True,
        hides_clip=False,
    ),
    ReasonKind(
        "old_letters",
        "its text is not UTF-8; it was read as {encoding}",
        "list_data",
        remark=True,
        lossless=True,
        hides_clip=False,
    ),
    ReasonKind(
        "damaged_letters",
        "{count} of its letters are damaged and could not be decoded; the words around them may be incomplete",
        "damaged",
    ),
    ReasonKind("parts_unread", "it contains {part} ({count}) that were not read", "type_not_read"),
    ReasonKind(
        "no_caption_column",
        "it has no column for the captions (of {columns}, only the words were read); name that column caption",
        "list_data",
        of_each_row=True,
    ),
    ReasonKind(
        "swells", "compression ratio {ratio}:1 exceeds the limit (possible zip bomb); it was not unpacked", "limits"
    ),
    ReasonKind("bad_rows", "{count} of its rows could not be read, the first is row {row} of the sheet", "list_data"),
    ReasonKind("bad_records", "{count} of its records could not be read, the first is record {row}", "list_data"),
    ReasonKind("not_read", "{part} could not be read: {detail}", "damaged"),
    ReasonKind(
        "reader_fault",
        "its {part} could not be read here ({detail}); run opsec doctor, then scan it again",
        "program_fault",
        transient=True,
    ),
    ReasonKind(
        "older_readers",
        "it was read by another version of this program; scan it again",
        "other_version",
        transient=True,
    ),
    ReasonKind("check_left_out", "the check “{check}” was left out of this quick scan", "limits"),
    ReasonKind("check_missing", "the required check “{check}” could not be run", "not_installed", transient=True),
    # what keeps a copy from being made
    ReasonKind("animation", "it is an animation; save it as a video first, then clean that", "type_not_read"),
    ReasonKind(
        "no_encoder",
        "no encoder of H.264 is installed; install opsec again with all its packages",
        "not_installed",
        transient=True,
    ),
    ReasonKind(
        "encoder_memory",
        "pictures of {width_px} × {height_px} pixels cannot be encoded in the memory of a worker process; raise "
        "limits.memory_mib in opsec.toml",
        "limits",
        transient=True,
    ),
    ReasonKind(
        "copy_not_written",
        "the copy cannot be written (error {number} of the operating system)",
        "stopped",
        transient=True,
    ),
    # what happened to the worker process
    ReasonKind("timeout", "reading took longer than {limit_s} s and was stopped, twice", "stopped", transient=True),
    ReasonKind(
        "cpu_limit",
        "reading used more than {limit_s} s of processor time and was stopped, twice",
        "stopped",
        transient=True,
    ),
    ReasonKind(
        "memory_limit",
        "reading needed more than {limit_mib} MiB of memory and was stopped, twice",
        "stopped",
        transient=True,
    ),
    ReasonKind(
        "unpacked_limit",
        "the archive holds more than {limit_mib} MiB when unpacked; unpack it and scan the folder, or raise "
        "limits.{setting} in opsec.toml",
        "limits",
        transient=True,
    ),
    ReasonKind(
        "archive_time_limit",
        "the files of its archive have taken {limit_s} s of processor time; unpack the archive and scan the folder, or "
        "raise limits.{setting} in opsec.toml",
        "limits",
        transient=True,
    ),
    ReasonKind(
        "members_limit",
        "{left} of its files were left out, because the archives of this scan contain more than {limit}; scan fewer at "
        "a time, or raise limits.scan_members in opsec.toml",
        "limits",
        transient=True,
    ),
    ReasonKind(
        "not_unpacked",
        "it could not be unpacked ({error}); free some space, then scan it again",
        "stopped",
        transient=True,
    ),
    ReasonKind(
        "weak_isolation",
        "it was read with weak isolation: the reading process lacked a part of its lock ({parts})",
        "stopped",
        transient=True,
        remark=True,
        lossless=True,
        hides_clip=False,
    ),
    ReasonKind(
        "node_file", "a machine of the cluster finds another file, or none, at this path", "not_opened", transient=True
    ),
    ReasonKind(
        "node_version", "a machine of the cluster has another version of opsec or its data", "stopped", transient=True
    ),
    ReasonKind(
        "node_ended", "the machines of the cluster ended while they read it, twice ({error})", "stopped", transient=True
    ),
    ReasonKind("worker_died", "the reading process crashed on it, twice", "stopped", transient=True),
    ReasonKind(
        "reply_cut",
        "the results exceed {limit_mib} MiB and were cut; raise limits.reply_mib in opsec.toml",
        "limits",
        transient=True,
    ),
    ReasonKind("bad_reply", "the reading process sent an invalid reply, twice", "stopped", transient=True),
    ReasonKind("internal", "a fault in this program: {error}", "program_fault", transient=True),
)

REASONS: Mapping[str, ReasonKind] = {kind.code: kind for kind in _KINDS}
"""Every code that a ``Reason`` may carry. A reply from a worker with any other code is refused."""
