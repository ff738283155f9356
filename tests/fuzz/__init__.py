"""Coverage-guided fuzzing of everything that parses hostile bytes; ``python -m tests.fuzz --help``."""
