"""The command ``vigie``, whose process ends as soon as nothing is left to do.

Here: its end, what a terminal cannot show, what is said when what it wrote is lost or when a code
list keeps it from being loaded. Not here: what it does (``cli``), what it says when something else
stops it (``framed``).
"""

import atexit
import codecs
import io
import os
import sys
import unicodedata

from expectations.cells.seeds import SeedError

UNWRITTEN = (
    "Ce que la commande écrit n'a pas pu l'être : le disque du fichier où vous l'envoyez est "
    "plein, ou rend des erreurs. Choisissez-en un autre, ou libérez de la place (« df -h »), puis "
    "relancez la commande : rien n'est à défaire."
)
TYPOGRAPHY = str.maketrans("’–—−→×", "'--->x")
"""Signs that Unicode takes for no form of those of ASCII."""


def main() -> None:
    """Run the command, and leave to the system what Python would take apart piece by piece.

    What frameworks have loaded takes it more than a second: a fifth of a night that brings nothing.
    """
    code = 1
    _write_what_can_be()

    def leave() -> None:
        os._exit(code if _is_written() else os.EX_IOERR)

    # Who is there first is called last, once threads have ended and all others were called.
    atexit.register(leave)
    try:
        from orchestration.commands.cli import app  # noqa: PLC0415 it registers, reads code lists

        app()
    except SeedError as error:
        sys.stderr.write(f"{error}\n")
        return
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        raise
    code = 0


def _write_what_can_be() -> None:
    """Have the nearest written to what a terminal cannot encode, where Python would stop."""
    codecs.register_error("nearest", _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="nearest")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Return what stands in ASCII for what cannot be encoded, and where to go on.

    Raises:
        UnicodeError: It is no matter of encoding.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    parts = unicodedata.normalize("NFKD", lacking.translate(TYPOGRAPHY))
    return parts.encode("ascii", "ignore").decode() or "?", error.end


def _is_written() -> bool:
    """Write what is still to be; say so where it cannot be, unless nobody reads it any more."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return True
    except OSError:
        sys.stderr.write(f"{UNWRITTEN}\n")
        return False
    finally:
        sys.stderr.flush()
    return True
