"""Benchmark of the recognition of clips that were posted again."""
