"""Decoders of video and photos."""
