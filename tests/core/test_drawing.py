"""A signature is numbers in, a picture out; nothing that anybody wrote is ever shown."""

import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posapp.core.drawing import HEIGHT, STROKES_MAX, TEXT_SIZE_MAX_BYTES, WIDTH, SignatureRefused, Strokes

POINTS = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT))
LINE = [[0, 0], [10, 10]]


@given(st.lists(st.lists(POINTS, min_size=1, max_size=20), min_size=1, max_size=20))
def test_a_drawing_becomes_one_path_inside_the_sheet(strokes: list[list[tuple[int, int]]]) -> None:
    svg = Strokes.parse(json.dumps([LINE, *strokes])).to_svg()
    (path,) = list(ElementTree.fromstring(svg))  # noqa: S314 - drawn by ourselves
    assert path.tag.endswith("path")
    assert re.fullmatch(r"(?:M\d+ \d+L\d+ \d+(?: \d+ \d+)*)+", path.attrib["d"])
    assert path.attrib["d"].count("M") == len(strokes) + 1


def test_lines_and_dots_are_drawn_as_they_were_made() -> None:
    svg = Strokes.parse("[[[0,0],[10,20],[1000,400]],[[5,6]]]").to_svg()
    assert 'viewBox="0 0 1000 400"' in svg
    assert 'd="M0 0L10 20 1000 400M5 6L5 6"' in svg


@pytest.mark.parametrize(
    "told",
    [
        "", "null", "{}", "[]", "[[]]", "[[[]]]", "[[[1,1]]]", "[[[1,1],[1,1]]]", "[[1,1],[2,2]]", "5",
        '"[[[0,0],[1,1]]]"',
        "[[[0,0],[1]]]", "[[[0,0],[1,2,3]]]", "[[[0,0],[1.0,1]]]", "[[[0,0],[true,1]]]", '[[[0,0],["1",1]]]',
        "[[[0,0],[1001,1]]]", "[[[0,0],[1,401]]]", "[[[0,0],[-1,1]]]", "[[[0,0],[NaN,1]]]", "[[[0,0],[1e2,1]]]",
        "[[[0,0],[1,1]]", "[[[0,0],[1,1]],null]", '[[[0,0],[1,1]],"<script>"]', "<svg/>",
        "[[[0,0],[9" + "9" * 5000 + ",1]]]",
        None, 5, b"[[[0,0],[1,1]]]", [LINE], "\ud800",
    ],
)  # fmt: skip
def test_whatever_else_comes_is_refused(told: object) -> None:
    with pytest.raises(SignatureRefused):
        Strokes.parse(told)


def test_too_much_is_refused_one_step_beyond_the_limit() -> None:
    assert len(Strokes.parse(json.dumps([LINE] * STROKES_MAX)).strokes) == STROKES_MAX
    full = json.dumps([LINE]).ljust(TEXT_SIZE_MAX_BYTES)
    assert len(Strokes.parse(full).strokes) == 1
    for too_much in (json.dumps([LINE] * (STROKES_MAX + 1)), full + " ", "[" * TEXT_SIZE_MAX_BYTES, "[" * 10_000_000):
        with pytest.raises(SignatureRefused):
            Strokes.parse(too_much)


def test_printing_a_signature_does_not_show_it() -> None:
    assert repr(Strokes.parse("[[[0,0],[10,20]]]")) == "<Strokes: 1>"
