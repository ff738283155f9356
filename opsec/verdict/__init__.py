"""From matches to findings and a verdict. Arithmetic only."""
