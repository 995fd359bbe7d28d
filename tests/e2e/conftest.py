"""The whole product with a real browser; each person of a story has a browser context of their own.

The browser ends with this folder: its driver keeps an event loop running, which others need. The product is started once
in each process that runs tests, whatever else that runs between two files of this folder."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import running_browser
from tests.support.client import Client
from tests.support.service import Service, service
from tests.support.story import Story

DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def running() -> Iterator[Service]:
    """It may call one address of this machine, where stories put what else would be out on the web."""
    with service(more={"PALIMPSEST_NET_ALLOW": "127.0.0.2"}) as started:
        yield started


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with running_browser() as started:
        yield started


@pytest.fixture(scope="session")
def carol(running: Service) -> Iterator[Client]:
    """The sample's manager, by the API."""
    with Client(running.url, running.token("carol")) as client:
        yield client


@pytest.fixture
def story(running: Service, carol: Client) -> Story:
    return Story(running, carol)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a fresh context; an error that the page did not catch fails the test."""
    contexts = []
    faults: list[str] = []

    def open_(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": DESKTOP, "accept_downloads": True, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.set_default_timeout(15_000)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not faults
