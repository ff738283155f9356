"""The reader of pictures and its frame analysers."""
