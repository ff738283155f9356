"""Reading of hostile media files in worker processes with limits and without the sites."""
