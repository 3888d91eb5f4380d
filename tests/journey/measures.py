"""What can be measured on a page as it stands in the browser."""

from __future__ import annotations

from playwright.sync_api import Page

WATCH_JUMPS = """
window.jumps = 0;
const add = (entries) => { for (const each of entries) window.jumps += each.value; };
const jumpWatch = new PerformanceObserver((list) => add(list.getEntries()));
jumpWatch.observe({type: "layout-shift", buffered: true});
window.jumped = () => { add(jumpWatch.takeRecords()); return window.jumps; };
"""
"""For `add_init_script`: adds up every shift of the page's layout, whoever has caused it."""

SETTLED = """() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(window.jumped()))));
})"""
LOADED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map((each) => [each.name, each.decodedBodySize])"""
DOCUMENTS = """() => [...document.querySelectorAll(".document .prose")]
  .reduce((sum, each) => sum + new TextEncoder().encode(each.innerHTML).length, 0)"""
OUT_OF_VIEW = """() => [...document.querySelectorAll(".ask .key, .ask-main .control, .ask-actions .button-primary")]
  .filter((each) => each.checkVisibility())
  .filter((each) => { const box = each.getBoundingClientRect(); return box.top < 0 || box.bottom > innerHeight; })
  .map((each) => each.textContent.trim() || each.id || each.ariaLabel)"""
BOXES = """() => [...document.querySelectorAll(".ask .key, .ask-main .control")]
  .filter((each) => each.checkVisibility())
  .map((each) => each.getBoundingClientRect())
  .map((box) => [box.left, box.top + scrollY, box.width, box.height])"""


def jumps(page: Page) -> float:
    """The sum of the layout shifts since the page was opened."""
    return float(page.evaluate(SETTLED))


def loaded_bytes(page: Page) -> int:
    """Everything that the page has loaded, decoded, less the documents whose length the law decides."""
    sizes: list[tuple[str, int]] = page.evaluate(LOADED)
    unknown = [name for name, size in sizes if not size]
    assert not unknown, f"nobody knows how large these are: {unknown}"
    return sum(size for _, size in sizes) - int(page.evaluate(DOCUMENTS))


def forget_jumps(page: Page) -> None:
    """What a person opens may push away what is under it."""
    page.evaluate("window.jumped(); window.jumps = 0")


def out_of_view(page: Page) -> list[str]:
    """Keys, fields and the primary button of a keypad page that one would have to scroll to."""
    found: list[str] = page.evaluate(OUT_OF_VIEW)
    return found


def boxes(page: Page) -> list[list[int]]:
    """Where the keys and the fields of a keypad page are."""
    found: list[list[float]] = page.evaluate(BOXES)
    return [[round(edge) for edge in box] for box in found]


def overhang_of(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
