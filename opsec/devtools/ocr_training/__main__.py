"""``python -m opsec.devtools.ocr_training``: makes the weights of the line reader."""

import argparse
import logging
from pathlib import Path

from opsec.devtools.ocr_training.fonts import installed
from opsec.devtools.ocr_training.line_texts import MoreWords
from opsec.devtools.ocr_training.trainer import Plan, learn


def main() -> None:
    """Reads the arguments and learns."""
    parser = argparse.ArgumentParser(prog="python -m opsec.devtools.ocr_training", description=__doc__)
    parser.add_argument("--seed", type=int, default=7, help="the same seed draws the same lines in the same order")
    parser.add_argument("--minutes", type=float, default=60, help="how long to learn; the learning rate follows it")
    parser.add_argument(
        "--out", type=Path, required=True, help="where the ONNX file goes; a .pt to go on from lies beside it"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the .pt beside the ONNX file")
    parser.add_argument("--begin-with", type=Path, help="go on from this ONNX file, the shipped one say")
    parser.add_argument("--device", default="cpu", help="cuda for a graphics processor")
    parser.add_argument("--artists", type=int, default=1, help="processes that draw lines")
    parser.add_argument("--batch", type=int, default=64, help="lines of one step")
    parser.add_argument("--words", type=Path, nargs="*", default=[], help="word lists, a word a line")
    parser.add_argument("--fonts", type=Path, help="a folder of fonts in place of those of this machine")
    said = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    faces = [face for face in installed(said.fonts) if not face.held_out]
    if not faces:
        parser.error("none of the fonts is installed; opsec/training/__init__.py names their packages")
    more = MoreWords.of(said.words)
    plan = Plan(
        said.seed, said.minutes, said.out, said.resume, said.begin_with, said.device, said.artists, said.batch, more
    )
    learn(plan, faces)


if __name__ == "__main__":
    main()
