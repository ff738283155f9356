"""Readers of the sound track."""
