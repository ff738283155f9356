"""Scene text recognition: detection, tracking, recognition and grouping of text lines in video frames.

In the order of the work: ``frame_sampling`` (which frames are searched), ``text_detection`` and ``line_extension``
(where lines are), ``text_track`` and ``track_association`` (the same line over many frames), ``line_rectification``
and ``recognition`` (one line, read by the project's ``line_recogniser`` and by ``tesseract``, combined by
``rover_voting``; ``line_views`` for lines that do not stand as usual), ``plausibility`` and ``letter_order`` (whether a
text can be one, and letters set apart), ``line_grouping``, ``word_captions`` and ``burnt_in_text`` (which lines form
one text, at one time or over time, and whether it is an overlay).
``opsec.readers.video.signs`` joins the stages and makes hints of the result.
"""
