"""Five hundred edits while the network goes away and the web server is killed, again and again: the log says what was done.

``STORM_SEED`` repeats a run, ``STORM_EDITS`` makes a longer one.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.client import Client
from tests.support.story import Story, status

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

SEED = int(os.environ.get("STORM_SEED") or 812)
EDITS = int(os.environ.get("STORM_EDITS") or 500)
KILLS = max(2, EDITS // 250)
CUTS = max(4, EDITS // 60)
DOWN = 12  # edits for which a cut lasts

Edit = tuple[str, str]
"""Type of the event and the word that it is about."""


# Pressed in the page itself: five hundred round trips to the browser would be most of the time.
_PRESS = """async (chords) => {
  for (const chord of chords) {
    const parts = chord.split('+');
    const key = parts.pop();
    const held = {ctrlKey: parts.includes('Control'), shiftKey: parts.includes('Shift')};
    const code = key.length === 1 ? `Key${key.toUpperCase()}` : key;
    document.activeElement.dispatchEvent(
      new KeyboardEvent('keydown', {key, code, ...held, bubbles: true, cancelable: true, composed: true}));
    await new Promise((resolve) => setTimeout(resolve));
  }
}"""


@dataclass
class Hands:
    """Marks word after word, and takes back now and then; keeps what they did in order."""

    words: list[str]
    chance: random.Random
    at: int = 0
    did: list[Edit] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)

    def edit(self) -> list[str]:
        """The keys of one more edit."""
        drawn = self.chance.random()
        if self.taken_back and drawn < 0.3:
            word = self.taken_back.pop()
            self.standing.append(word)
            self.did.append(("annotation_added", word))
            return ["Control+Shift+Z"]
        if self.standing and drawn > 0.85:
            word = self.standing.pop()
            self.taken_back.append(word)
            self.did.append(("annotation_removed", word))
            return ["u"]
        self.at += 1
        self.standing.append(self.words[self.at])
        self.taken_back.clear()
        self.did.append(("annotation_added", self.words[self.at]))
        return ["ArrowRight", self.chance.choice("ac")]


def logged(client: Client, project: str, document: str, text: str) -> list[Edit]:
    """What the log says was done to annotations, in its order."""
    after: int | None = 0
    told: list[Edit] = []
    words: dict[str, str] = {}
    while after is not None:
        page: Any = client.get(f"/api/v1/projects/{project}/events?after={after}&limit=200")
        for each in page["results"]:
            data = each["data"]
            if each["type"] == "annotation_added":
                words[data["annotation"]] = " ".join(text[start:end] for start, end in data["spans"])
            if each["type"] in ("annotation_added", "annotation_removed"):
                told.append((each["type"], words[data["annotation"]]))
        after = page["next"]
    return told


def test_the_log_says_what_was_done_each_once_through_cuts_and_kills(story: Story, open_page: Open) -> None:
    chance = random.Random(SEED)
    words = [f"word{n:05}" for n in range(EDITS + 2)]
    text = "\n".join(" ".join(words[n : n + 12]) for n in range(0, len(words), 12))
    project = story.project("Storm")
    document = story.document(project, "Storm", text)
    _, link = story.member(project, "stella", "annotator")
    page = open_page()
    story.sign_in(page, link)
    story.open(page, project, document)
    page.locator(".tv").focus()
    page.keyboard.press("ArrowRight")
    first = page.locator(".tv-spoken").inner_text().split(",")[0]
    hands = Hands(words, chance, at=words.index(first))

    places = chance.sample(range(10, EDITS - 20), CUTS + KILLS)
    cuts, kills = set(places[:CUTS]), set(places[CUTS:])
    heals = {place + chance.randint(1, DOWN) for place in cuts}
    waited = 0
    keys: list[str] = []
    for n in range(EDITS):
        if n in cuts | heals | kills:
            page.evaluate(_PRESS, keys)
            keys = []
        if n in heals:
            waited += "waiting" in status(page).inner_text()
            page.context.set_offline(False)
        if n in cuts:
            page.context.set_offline(True)
        if n in kills:
            os.kill(story.running.pids_now()["web"], signal.SIGKILL)
        keys += hands.edit()
    page.evaluate(_PRESS, keys)
    page.context.set_offline(False)
    assert waited > 0, "cuts that kept nothing back prove nothing"
    expect(status(page)).not_to_contain_text("waiting", timeout=60_000)
    expect(status(page)).to_contain_text("Saved at", timeout=60_000)

    story.manager.reconnect()
    deadline = time.monotonic() + 5
    while (
        told := logged(story.manager, project, document, text)
    ) != hands.did and time.monotonic() < deadline:
        time.sleep(0.2)
    assert told == hands.did, f"STORM_SEED={SEED}"
