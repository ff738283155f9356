"""Matching: the only place where a clip and a site meet."""
