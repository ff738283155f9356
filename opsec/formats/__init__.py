"""File formats: bytes in, plain records out; nothing here knows a hint or a site."""
