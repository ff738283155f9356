"""Matching of hints with sites: no other package compares a clip with a base."""
