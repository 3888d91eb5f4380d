"""axe on a page, at the four sizes that the house promises."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SIZES = {
    "tablet": (962, 553),
    "upright tablet": (600, 912),
    "laptop": (1280, 752),
    "phone": (360, 740),
}

OPTIONS = {
    "resultTypes": ["violations"],
    # Off in axe unless asked for, and a promise of ours: nothing to touch is smaller than 24 px.
    "rules": {"target-size": {"enabled": True}},
}


def assert_accessible(page: Page, sizes: dict[str, tuple[int, int]] | None = None) -> None:
    """axe finds nothing on the page as it stands, and nothing sticks out sideways, at any of the sizes."""
    before = page.viewport_size
    for name, (width, height) in (sizes or SIZES).items():
        page.set_viewport_size({"width": width, "height": height})
        results = Axe().run(page, options=OPTIONS)
        assert results.violations_count == 0, f"{page.url} on the {name}: {results.generate_report()}"
        overhang = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overhang <= 0, f"{page.url} on the {name} is {overhang} px wider than the screen"
    if before is not None:
        page.set_viewport_size(before)
