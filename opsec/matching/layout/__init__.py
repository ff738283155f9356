"""How much of a base's layout a clip gives away.

Numbers only: no file and no image is opened here, and whose base the clip shows is decided elsewhere.
"""
