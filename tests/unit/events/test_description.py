"""The page that lists every event."""

from pathlib import Path

from annotator.domain.catalog import CATALOG
from events.description import described
from tests.unit.events.test_catalog import CATALOG as DRAWINGS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "events.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == described(CATALOG), "run `make docs`"


def test_an_event_is_told_with_its_fields_its_values_and_its_past() -> None:
    page = described(DRAWINGS)
    assert "### `drawn@3`\n\nAbout: `shape`. Erasable: `title`, `remarks`.\n" in page
    assert "| `points` | `list[Point]` |  |" in page
    assert '| `colour` | `str` | `"black"` |' in page
    assert "read only when asked for" in page
    assert "### Point\n" in page
    assert "- `drawn@1` is read as `drawn@2`.\n" in page
