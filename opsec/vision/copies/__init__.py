"""Recognition of clips that were posted again: hashes of their frames, how they change over time, comparison."""
