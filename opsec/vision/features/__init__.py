"""Local image features for landmark recognition."""
