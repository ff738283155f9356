"""Words in the picture: found, followed, read, and told as hints.

In the order of the work: ``find`` (where lines stand), ``follow`` (the same line over many frames), ``views`` and
``read`` (one line, read by the engines of ``tesseract`` …), ``boards`` and ``standing`` (what belongs together, what
was burnt in), ``evidence`` (the small picture a person checks it by), ``signs`` (the viewer that joins them).
"""
