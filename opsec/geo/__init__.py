"""Positions on Earth and the notations that people write them in."""
