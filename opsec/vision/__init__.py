"""Algorithms on images and video: arrays in, arrays out; no hint, no site."""
