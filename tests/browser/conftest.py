"""Debian's Chromium, driven by Playwright; no other browser is downloaded."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

EXECUTABLE = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS)
        yield browser
        browser.close()
