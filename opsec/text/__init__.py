"""Normalisation, phonetics and word lists for Arabic, Sorani and Latin text."""
