"""Recognition of the landmarks of our sites in the key frames of a clip."""
