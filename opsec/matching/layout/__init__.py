"""How much of a base's layout a clip gives away. Numbers only; no file, no picture, no decision whose base it is."""
