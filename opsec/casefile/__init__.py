"""The case file: readings, verdicts and findings on disk, in SQLite or another database."""
