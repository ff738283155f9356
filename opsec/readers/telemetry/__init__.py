"""Readers of timed position tracks."""
