"""Copies of clips that are fit to post: hostile media in, a new file without metadata and with blurred regions out."""
