"""The catalogue of reasons: one entry has every property that depends on a code."""

import pytest

from opsec.model import reasons
from opsec.model.reasons import REASONS, ReasonKind, blank_names
from tests.fixtures.source_messages import source_sentences


def test_codes_are_unique() -> None:
    assert len(REASONS) == len(reasons._KINDS)


def test_every_code_has_a_translatable_sentence() -> None:
    assert [code for code, kind in REASONS.items() if kind.sentence not in source_sentences()] == []


@pytest.mark.parametrize("kind", REASONS.values(), ids=lambda kind: kind.code)
def test_every_code_has_consistent_traits(kind: ReasonKind) -> None:
    assert 0 < len(kind.code) <= 40
    assert kind.remark or not kind.lossless
    assert not (kind.remark and kind.hides_clip)


@pytest.mark.parametrize(
    ("trait", "codes"),
    [
        (
            "transient",
            "missing no_permission changed io_error timeout cpu_limit memory_limit worker_died bad_reply internal "
            "reader_fault reply_cut older_readers no_landmark_model no_learned_model check_missing no_encoder "
            "encoder_memory copy_not_written not_unpacked unpacked_limit archive_time_limit members_limit "
            "weak_isolation node_file node_version node_ended",
        ),
        (
            "remark",
            "old_letters column_ignored bad_times unclear_dates bad_place places_disagree odd_fields weak_isolation",
        ),
        ("lossless", "old_letters column_ignored bad_times unclear_dates bad_place places_disagree weak_isolation"),
        ("of_each_row", "unknown_column no_caption_column"),
    ],
)
def test_the_codes_of_each_trait(trait: str, codes: str) -> None:
    assert {code for code, kind in REASONS.items() if getattr(kind, trait)} == set(codes.split())


def test_of_the_remarks_only_weak_isolation_asks_for_another_reading() -> None:
    assert [kind.code for kind in REASONS.values() if kind.remark and kind.transient] == ["weak_isolation"]


def test_only_examined_files_and_non_posts_cannot_hide_a_clip() -> None:
    harmless = {code for code, kind in REASONS.items() if not kind.hides_clip and not kind.remark}
    assert harmless == {"no_posts", "own_result", "empty", "link_in", "a_folder", "our_sites"}


@pytest.mark.parametrize(("template", "names"), [("", ""), ("a {b} {c}", "bc"), ("{b}{b}", "b"), ("{{b}}", "")])
def test_placeholder_names(template: str, names: str) -> None:
    assert blank_names(template) == set(names)
