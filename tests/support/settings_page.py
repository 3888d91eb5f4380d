"""Writes docs/settings.md out of the settings themselves: `make docs`."""

from pathlib import Path

from posapp.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "settings.md"

HEAD = """# Settings

Read from the environment. A value that is wrong stops the start with a sentence that says what to write instead.
This page is made of `posapp/settings.py` by `make docs`; a test fails when they differ.

| variable | default | what it is |
|---|---|---|
"""


def page() -> str:
    """The page as it must be."""
    return HEAD + "".join(_row(name, *_told(name)) for name in Settings.model_fields)


def undocumented() -> list[str]:
    """Settings that say nothing of themselves."""
    return [name for name, field in Settings.model_fields.items() if not field.description]


def _told(name: str) -> tuple[str, str]:
    field = Settings.model_fields[name]
    default = field.get_default()
    if isinstance(default, tuple):
        default = ",".join(map(str, default))
    shown = {True: "true", False: "false"}.get(default, default) if isinstance(default, bool) else default
    return "" if shown in (None, "") else f"`{shown}`", " ".join((field.description or "").split())


def _row(name: str, default: str, description: str) -> str:
    return f"| `POSAPP_{name.upper()}` | {default} | {description.replace('|', chr(92) + '|').replace('``', '`')} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
