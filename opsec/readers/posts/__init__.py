"""Readers of records of posts: sidecar files, lists and exports."""
