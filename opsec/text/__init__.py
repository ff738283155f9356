"""Normal forms, sounds and word lists of Arabic, Sorani and Latin text."""
