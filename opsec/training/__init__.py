"""How the weights of the line reader are made: lines of our own words, drawn with open fonts, worn like posted clips.

``python -m opsec.training --seed 7 --minutes 60 --out line_reader.onnx`` draws, trains and writes the weights that
``opsec.hints.signs.line_reader`` loads. It needs the extra ``opsec[training]`` (torch, pillow with raqm, fonttools,
onnx) and fonts. Nothing of it is needed for a scan.

The weights that are shipped saw 5,967 steps of 64 pictures (382,000, four of each line), seed 7, on two shared
processor cores: 1,204 steps in a first run, which still had dropout, and the rest with ``--resume --minutes 72``.
The loss was still falling. The plan counts minutes, so a faster machine learns more in them, and no two runs end at
the same step.

The fonts are those of these Debian packages, each under an open licence: noto-core and noto-ui-core (OFL), hosny-amiri
and hosny-thabit (OFL), kacst and kacst-one (GPL 2), arabeyes (GPL 2), farsiweb (GPL 2), freefarsi (GPL 2 or later),
paktype (GPL 2 with font exception), nafees (own open licence), lemonada (OFL), sil-scheherazade, sil-lateef,
sil-harmattan and sil-alkalami (OFL), dejavu (Bitstream Vera's), freefont (GPL 3 with font exception), liberation (OFL),
roboto (Apache 2), lato (OFL), open-sans (Apache 2), inter (OFL), opendin (OFL), comfortaa (OFL), cantarell (OFL).
Only pictures of their letters are used; no font is shipped. One font in five is held out to measure with.
"""
