"""The process that asks for the address of an outside monitor, read from its standard input.

Here: one request. Not here: when it is made, and how long it may take (``heartbeat``).
"""

import sys

import requests

LONGEST_SILENCE = 10


def main() -> None:
    """Ask for the address; anything but a good answer ends the process with an error."""
    url = sys.stdin.read()
    with requests.get(url, timeout=LONGEST_SILENCE, stream=True, allow_redirects=False) as answer:
        answer.raise_for_status()


if __name__ == "__main__":
    main()
