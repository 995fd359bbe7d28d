"""A real Chromium for tests: the machine's own, or the one that `make test` unpacks from its package."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tools.browser.unpack import UNPACKED, system_chromium

# No sandbox: it needs rights that a container or root does not have. The rest keeps it off the network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
]


def launch_options() -> dict[str, Any]:
    """What Playwright's `chromium.launch` needs here.

    Raises:
        FileNotFoundError: there is no Chromium; the message says how to get one.
    """
    if own := system_chromium():
        return {"executable_path": own, "args": FLAGS, "headless": True}
    if not (UNPACKED / "chromium").exists():
        raise FileNotFoundError("There is no Chromium here: run `make browser`.")
    return {
        "executable_path": str(UNPACKED / "chromium"),
        "args": FLAGS,
        "headless": True,
        "env": {**os.environ, "LD_LIBRARY_PATH": str(UNPACKED / "lib"), "FONTCONFIG_FILE": str(_fonts())},
    }


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A browser, closed at the end; make a context for each person in the story."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        try:
            yield browser
        finally:
            browser.close()


def _fonts() -> Path:
    """Its fonts and the system's, if any; the packed list names folders of another machine."""
    path = Path(tempfile.gettempdir()) / f"palimpsest-fonts-{os.getuid()}.conf"
    path.write_text(
        "<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig>"
        f"<dir>{UNPACKED / 'fonts'}</dir><dir>/usr/share/fonts</dir><dir prefix='xdg'>fonts</dir>"
        "<cachedir prefix='xdg'>fontconfig</cachedir></fontconfig>"
    )
    return path
