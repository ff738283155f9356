"""View of a layout in reports: figures, bounds and the plan."""

from dataclasses import replace

import pytest

from opsec.matching.layout.assessment import assess_layout
from opsec.model import Layout
from opsec.reports.layout_view import build_layout_view
from opsec.reports.scan_page import render_scan_page
from opsec.settings import Thresholds
from opsec.verdict.judge import judge
from tests.fixtures.records import make_clip
from tests.matching.layout.camp import CAMP, tying_match, walk_hint
from tests.reports.made import made_scan


def test_lower_bounds_are_marked() -> None:
    known = Layout(
        motion="turn", sweep_deg=240.0, heading_deg=200.0, hfov_deg=40.0, at_least=True, bearing_deg=45.0,
        share_of_base=0.2, basis="pixels+landmarks", score=0.3,
    )  # fmt: skip
    done = judge(make_clip(), [], [CAMP], Thresholds(), known)
    view = build_layout_view(done, "en")
    assert view is not None
    assert dict(view.figures) == {
        "total angle in view": "≥ 240°",
        "range of headings": "≥ 200°",
        "field of view": "40°",
        "share of the fenced area in view": "20%",
        "viewing direction from landmarks": "45°",
    }


def test_the_plan_has_a_scale_and_the_start_of_the_path() -> None:
    layout, matches, _coverage = assess_layout(make_clip(walk_hint()), [tying_match()], [CAMP])
    result = judge(make_clip(walk_hint()), [tying_match(), *matches], [CAMP], Thresholds(), layout)
    view = build_layout_view(result, "en", plan=True)
    assert view is not None and view.plan is not None
    assert view.plan.scale_caption == "scale bar: 200 m"
    assert view.plan.scale_bar_px == pytest.approx(view.plan.width_px * 200 / (955 * 1.12), rel=0.06)
    assert view.plan.start is not None
    assert view.plan.start[1] > view.plan.height_px / 2  # the walk begins in the south


def test_the_page_of_a_scan_has_no_shape_of_a_fence_unless_asked() -> None:
    """A drawn fence can be looked for on satellite images."""
    layout, matches, _coverage = assess_layout(make_clip(walk_hint()), [tying_match()], [CAMP])
    result = judge(make_clip(walk_hint()), [tying_match(), *matches], [CAMP], Thresholds(), layout)
    scan = replace(made_scan(), results=(result,), site_codes={CAMP.id: CAMP.code})
    plain = render_scan_page(scan, "en").decode()
    drawn = render_scan_page(replace(scan, shows_plans=True), "en").decode()
    for sign in ('class="plan"', "scale bar", "<polygon", "<polyline"):
        assert (sign in plain, sign in drawn) == (False, True), sign
    assert "does not contain the shape of a fence" in plain
    assert "shape and the scale of your fences" in drawn
