"""What is said beside results: on stderr, one sentence a line; on a terminal that cannot order Arabic, put in order."""

import sys

from opsec.language import Message, current, say


def tell(message: Message, *, prefix: str = "") -> None:
    """Say one sentence. A pipe gets it on one line as it is; a screen gets it broken and in order."""
    if current() == "ar" and sys.stderr.isatty():
        from opsec.report.terminal import print_line
        from opsec.settings import Terminal

        print_line(message, "ar", Terminal(), sys.stderr)
    else:
        sys.stderr.write(f"{prefix}{say(message)}\n")
