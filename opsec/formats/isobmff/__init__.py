"""Boxes of MP4, MOV and HEIF files (ISO/IEC 14496-12)."""
