"""Readers of text: subtitles, comments and sound titles, and the coordinates and phrases in any text."""
