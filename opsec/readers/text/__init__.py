"""Readers of text, and of the coordinates and phrases in it."""
