"""``python -m opsec.devtools.ocr_training``: train the line recogniser and write its weights."""

import argparse
import logging
from pathlib import Path

from opsec.devtools.ocr_training.fonts import find_fonts
from opsec.devtools.ocr_training.line_texts import WordLists
from opsec.devtools.ocr_training.trainer import TrainingPlan, train


def main() -> None:
    """Parse the arguments and train."""
    parser = argparse.ArgumentParser(prog="python -m opsec.devtools.ocr_training", description=__doc__)
    parser.add_argument("--seed", type=int, default=7, help="the same seed renders the same lines in the same order")
    parser.add_argument("--minutes", type=float, default=60, help="length of the run; the learning rate follows it")
    parser.add_argument(
        "--out", type=Path, required=True, help="ONNX file to write; a .pt checkpoint is written beside it"
    )
    parser.add_argument("--resume", action="store_true", help="continue from the .pt beside the ONNX file")
    parser.add_argument(
        "--initial-weights", type=Path, help="continue from this ONNX file, for example the shipped one"
    )
    parser.add_argument("--device", default="cpu", help="torch device: cpu or cuda")
    parser.add_argument("--workers", type=int, default=1, help="processes that render lines")
    parser.add_argument("--batch", type=int, default=64, help="lines per step")
    parser.add_argument("--words", type=Path, nargs="*", default=[], help="word lists, one word per line")
    parser.add_argument("--fonts", type=Path, help="folder of fonts to use in place of the installed ones")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    faces = [face for face in find_fonts(args.fonts) if not face.is_held_out]
    if not faces:
        parser.error("no usable font is installed; opsec/devtools/ocr_training/__init__.py lists their packages")
    plan = TrainingPlan(
        seed=args.seed,
        minutes=args.minutes,
        out=args.out,
        resume=args.resume,
        initial_weights=args.initial_weights,
        device=args.device,
        workers=args.workers,
        batch_size=args.batch,
        words=WordLists.from_files(args.words),
    )
    train(plan, faces)


if __name__ == "__main__":
    main()
