"""Words in the picture: found, followed, read, and told as hints.

In the order of the work: ``pace`` (which pictures are searched), ``find`` (where lines stand), ``follow`` and ``crowd``
(the same line over many pictures), ``views`` and ``read`` (one line, read by ``tesseract`` and our own
``line_reader``; ``reading`` lets them vote), ``boards`` and ``standing`` (what belongs together, what was burnt in),
``evidence`` (the small picture a person checks it by), ``telling`` (the hints), ``signs`` (the viewer that joins them).
"""
