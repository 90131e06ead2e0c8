"""The pictures of the guide and of the README, taken by the tests that open what they show.

Here: taking one where ``VIGIE_PICTURES`` asks for it. Not here: what is pictured.
"""

import io
import os

from PIL import Image
from playwright.sync_api import Page

from tests.conftest import PROJECT

IMAGES = PROJECT / "docs" / "images"
COLOURS = 96
"""Of a page of text, plenty; a picture is a third as heavy."""


def picture(page: Page, name: str) -> None:
    """Take the picture of a page when it is asked for; else see that there is one of its width."""
    path, screen = IMAGES / name, page.viewport_size
    assert screen is not None
    if os.environ.get("VIGIE_PICTURES"):
        bottom = min(screen["height"], bottom_of(page))
        shot = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
        shown = shot.crop((0, 0, screen["width"], bottom))
        shown.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    assert Image.open(path).width == screen["width"], f"{name}: VIGIE_PICTURES=1 takes it again"


def bottom_of(page: Page) -> int:
    """Where a page ends in its window, once what is being filled in is seen, and what follows."""
    page.evaluate(
        "document.activeElement === document.body"
        " || (document.activeElement.scrollIntoView({block: 'end'}), window.scrollBy(0, 120))"
    )
    return int(page.evaluate("Math.ceil(document.body.getBoundingClientRect().bottom)"))
