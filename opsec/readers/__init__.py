"""Readers: hostile bytes in, hints out. They run in a locked worker and never hold a site."""
