"""Collect what telemetry and landmarks say of one site that other evidence ties to a clip."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.landmark_resection import LandmarkEvidence, resect_from_landmarks
from opsec.matching.layout.local_projection import ProjectedSite, project_site
from opsec.matching.layout.scoring import SiteEvidence, path_length_m
from opsec.matching.layout.site_plan import simplify_plan
from opsec.matching.layout.telemetry_poses import poses_from_telemetry
from opsec.matching.layout.viewshed import compute_viewshed
from opsec.model import Clip, Hint, Match, Site

HintPose = tuple[Hint, CameraPose]
"""A pose and the hint that it comes from."""


@dataclass(frozen=True, slots=True)
class SiteAssessment:
    """One site, and what telemetry and landmarks say of it."""

    site: Site
    evidence: SiteEvidence
    zone_hints: Mapping[str, str]
    """Name of each zone in view, and the hint that shows it."""
    high_track: Hint | None
    """The track of a camera high above the ground."""
    walk: Hint | None
    """The track with the longest path inside the fence."""
    projected: ProjectedSite | None
    """None when the site has no fence."""
    cameras: Sequence[CameraPose]
    """Poses whose view may be known."""


def assess_site(clip: Clip, site: Site, matches: Sequence[Match]) -> SiteAssessment:
    """Collect the poses of a clip near a site, and what they saw of it.

    Parameters
    ----------
    clip
        The clip.
    site
        A site that other evidence ties to it.
    matches
        Matches of the clip, whose landmarks are used.
    """
    projected = project_site(site)
    placed = list(poses_from_telemetry(clip, projected)) if projected else []
    tracked = [camera for _hint, camera in placed]
    projection = projected.projection if projected else None
    landmarks = resect_from_landmarks(site, matches, projection, tracked[0] if tracked else None)
    cameras = [*tracked, *([landmarks.camera] if landmarks.camera else [])]
    viewshed = compute_viewshed(cameras, projected) if projected and cameras else None
    walk, walked_m = _longest_walk(placed, projected.fence) if projected else (None, None)
    has_plan = viewshed is not None or walk is not None
    evidence = SiteEvidence(
        viewshed=viewshed,
        zones=tuple(landmarks.zones),
        walked_m=walked_m,
        bearing_deg=landmarks.camera.heading_deg if landmarks.camera else None,
        by_telemetry=bool(placed),
        by_landmarks=bool(landmarks.hint_ids),
        plan=simplify_plan(projected, viewshed, tracked) if projected and has_plan else (),
    )
    visible_zones = viewshed.zones if viewshed else ()
    return SiteAssessment(
        site=site,
        evidence=evidence,
        zone_hints={**dict.fromkeys(visible_zones, _heading_hint(placed, landmarks)), **landmarks.zones},
        high_track=next((hint for hint, camera in placed if camera.is_high), None),
        walk=walk,
        projected=projected,
        cameras=cameras,
    )


def _heading_hint(placed: Sequence[HintPose], landmarks: LandmarkEvidence) -> str:
    """Id of the hint that gives the camera's heading: a position alone does not say what was filmed."""
    with_heading = [hint.id for hint, camera in placed if camera.heading_deg is not None]
    return next(iter((*with_heading, *landmarks.hint_ids, *(hint.id for hint, _camera in placed))), "")


def _longest_walk(placed: Sequence[HintPose], fence: object) -> tuple[Hint | None, float | None]:
    """The track with the longest path inside the fence, and its length: two tracks may record the same walk."""
    import shapely

    inside: dict[str, list[CameraPose]] = {}
    tracks = {hint.id: hint for hint, _camera in placed if hint.fixes}
    for hint, camera in placed:
        if hint.fixes and shapely.intersects_xy(fence, camera.east_m, camera.north_m):
            inside.setdefault(hint.id, []).append(camera)
    lengths_m = {hint_id: path_length_m(cameras) for hint_id, cameras in inside.items()}
    longest = max(lengths_m, key=lambda hint_id: lengths_m[hint_id], default=None)
    return (None, None) if longest is None else (tracks[longest], lengths_m[longest])
