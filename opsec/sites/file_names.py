"""Names of the files in a site folder, and the values that stand for missing ones."""

SITE_FILE, FENCE_FILE, LANDMARKS, LANDMARK_FILE = "site.toml", "fence.geojson", "landmarks", "landmark.toml"
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")
DEFAULT_RADIUS_M = 250.0
"""Radius of the fence around a position without ``radius_m``."""
TOML_MIB = 1
"""Limit for the size of a TOML file."""
