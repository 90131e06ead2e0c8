"""``python -m sources.replay --port 8099 [--fault SOURCE=FAULT …]``: the portals, by themselves.

Here: the command line. Not here: what is served (``app``), nor how (``server``).
"""

import argparse

from sources.replay.app import create_app
from sources.replay.server import run


def main() -> None:
    """Serve the replayed portals until stopped."""
    parser = argparse.ArgumentParser(
        prog="python -m sources.replay", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--fault", action="append", default=[], metavar="SOURCE=FAULT")
    arguments = parser.parse_args()
    run(create_app(dict(fault.split("=", 1) for fault in arguments.fault)), arguments.port)


if __name__ == "__main__":
    main()
