"""Segments and metadata blocks of image files."""
