"""Developer tools: training of the line recogniser, message catalogue. The installed package leaves them out."""
