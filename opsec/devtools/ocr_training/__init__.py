"""Training of the line recogniser: synthetic lines of the project's own words, drawn with open fonts and degraded.

``python -m opsec.devtools.ocr_training --seed 7 --minutes 60 --out line_recogniser.onnx`` renders, trains and writes
the weights that ``opsec.vision.ocr.line_recogniser`` loads. It needs the extra ``opsec[training]`` (torch, pillow with
raqm, fonttools, onnx) and fonts. A scan needs none of it, and the package
that is installed leaves it out.

The shipped weights were trained in two runs on one graphics processor (H100, 16 processor cores that rendered lines):
seed 7, ``--device cuda --workers 14 --batch 256 --minutes 4.2``, 7,840 steps of which 4,304 on new lines, then
``--seed 11 --workers 15 --batch 384 --minutes 7.1``, 14,400 steps more, 6,000 on new lines (3.4 million images in all,
four of each line), with wider margins and one font in seventeen held out (one in nine in the first run). The second
continued from the first's ONNX file, as ``--initial-weights`` does now. Both had ``--words`` of Debian's wamerican
(public domain) and hunspell-ar (GPL, LGPL or MPL). The loss was still decreasing slowly. The length of a run is given
in minutes, so another machine trains more or fewer steps, and no two runs end at the same step.

The fonts are those of these Debian packages, each under an open licence: noto-core and noto-ui-core (OFL), hosny-amiri
and hosny-thabit (OFL), kacst and kacst-one (GPL 2), arabeyes (GPL 2), farsiweb (GPL 2), freefarsi (GPL 2 or later),
paktype (GPL 2 with font exception), nafees (own open licence), lemonada (OFL), sil-scheherazade, sil-lateef,
sil-harmattan and sil-alkalami (OFL), dejavu (Bitstream Vera's), freefont (GPL 3 with font exception), liberation (OFL),
roboto (Apache 2), lato (OFL), open-sans (Apache 2), inter (OFL), opendin (OFL), comfortaa (OFL), cantarell (OFL),
unikurdweb (GPL 2 with font exception), b612 (OFL), bebas-neue (OFL), cabin (OFL), crosextra-carlito (OFL), croscore
(OFL), dosis (OFL), ebgaramond (OFL), karla (OFL), league-spartan (OFL), manrope (OFL), play (OFL), quicksand (OFL),
sora (OFL), urw-base35 (AGPL 3 with font exception), vollkorn (OFL), yanone-kaffeesatz (OFL). Only images of their
letters and of the words are used; neither fonts nor lists are shipped.
"""
