"""Keys of a unit or a command, files that only their owner can read, signatures, and age encryption."""
