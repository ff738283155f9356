"""Parsers of file formats: bytes in, plain records out. They know neither hints nor sites."""
