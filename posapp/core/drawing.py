"""A signature drawn with a finger: points come in, the server draws the picture. No markup is taken from anyone."""

import json
from dataclasses import dataclass
from typing import Self

from posapp.core.errors import Refusal
from posapp.core.text import N_

WIDTH, HEIGHT = 1000, 400
"""The sheet, in its own units: x grows to the right, y downwards."""

TEXT_SIZE_MAX_BYTES = 32 * 1024
STROKES_MAX = 200

Point = tuple[int, int]
Stroke = tuple[Point, ...]


class SignatureRefused(Refusal):
    """What came is not a drawn signature."""

    code = "signature_unreadable"
    status = 422
    sentence = N_("The signature did not come through. Please draw it again, or agree by code.")


@dataclass(frozen=True, slots=True, repr=False)
class Strokes:
    """What the pen drew between touching and leaving the sheet, several times over. At least one is a real line."""

    strokes: tuple[Stroke, ...]

    def __repr__(self) -> str:
        return f"<Strokes: {len(self.strokes)}>"

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read `[[[x, y], …], …]` with whole x in 0…1000 and y in 0…400; anything else raises SignatureRefused."""
        if not isinstance(text, str) or len(text.encode(errors="replace")) > TEXT_SIZE_MAX_BYTES:
            raise SignatureRefused
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            raise SignatureRefused from None
        if not isinstance(told, list) or len(told) > STROKES_MAX:
            raise SignatureRefused
        strokes = tuple(_stroke(part) for part in told)
        if not any(len(set(stroke)) > 1 for stroke in strokes):
            raise SignatureRefused
        return cls(strokes)

    def to_svg(self) -> str:
        """A picture made of numbers alone: one path, no style, no script, no text."""
        path = "".join(_drawn(stroke) for stroke in self.strokes)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
            f'<path d="{path}" fill="none" stroke="#111" stroke-width="4" '
            'stroke-linecap="round" stroke-linejoin="round"/>'
            "</svg>"
        )


def _stroke(told: object) -> Stroke:
    if not isinstance(told, list) or not told:
        raise SignatureRefused
    return tuple(_point(part) for part in told)


def _point(told: object) -> Point:
    match told:
        # bool passes for int in Python, so the types are compared exactly.
        case [x, y] if type(x) is int and type(y) is int and 0 <= x <= WIDTH and 0 <= y <= HEIGHT:
            return x, y
        case _:
            raise SignatureRefused


def _drawn(stroke: Stroke) -> str:
    """A move and lines; a dot is a line to itself, which the round cap makes visible."""
    (x, y), rest = stroke[0], stroke[1:] or stroke
    return f"M{x} {y}L" + " ".join(f"{x} {y}" for x, y in rest)
