"""Readers of metadata inside media files."""
