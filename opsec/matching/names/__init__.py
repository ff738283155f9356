"""Recognition of the names of our sites in text."""
