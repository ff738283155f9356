"""Messages in English and Arabic, and text made safe to show."""
