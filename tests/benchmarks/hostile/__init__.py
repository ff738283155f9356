"""Hostile files: what a scan does with each."""
