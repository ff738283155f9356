"""How the camera moved, told from corners followed through the pictures of a film."""
