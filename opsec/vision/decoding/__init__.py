"""Decoders: hostile video and photo bytes to upright frames, with bounds on what is decoded."""
