"""Scenarios are read strictly, and what differs from what is expected is said."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from posapp.points.scenario import BadScenario, parse, read_scenarios
from posapp.points.scenarios import main, outcome_of
from tests.points.vectors import FILE, document

OPEN = {"type": "open", "account": "A", "at": "2026-03-01T10:00:00Z"}
SALE = OPEN | {"type": "sale", "receipt": "R1", "lines": [{"id": "1", "amount": 100_000}]}


def vector(*events: dict[str, Any], **extra: Any) -> dict[str, Any]:
    """A file with one scenario."""
    one = {"id": "X", "config": {}, "events": list(events), "as_of": "2026-03-01T10:00:00Z"} | extra
    return {"format": 1, "vectors": [one]}


@pytest.mark.parametrize(
    "unknown",
    [
        [],
        {"format": 2, "vectors": []},
        vector(OPEN, config={"earn_rate": 5}),
        vector(OPEN, remark="what is this"),
        vector(OPEN | {"type": "gift"}),
        vector(OPEN | {"colour": "red"}),
        vector({"type": "open", "at": OPEN["at"]}),
        vector(OPEN | {"at": "2026-03-01 10:00"}),
        vector(OPEN | {"at": "2026-03-01T10:00:00+03:00"}),
        vector(OPEN, as_of=None),
        vector(OPEN, as_of="9999-12-31T10:00:00Z"),
        vector(OPEN, config=[["earn_rate_bp", 5]]),
        vector(OPEN, expect=[]),
        vector(OPEN, events={}),
        vector(OPEN | {"type": ["open"]}),
        vector(OPEN | {"account": 5}),
        vector(OPEN | {"key": 5}),
        vector(OPEN, SALE | {"otp": "no"}),
        {"format": 1, "vectors": vector(OPEN)["vectors"] * 2},
    ],
    ids=lambda document: json.dumps(document)[-60:],
)
def test_what_is_not_known_is_an_error_and_never_ignored(unknown: object) -> None:
    with pytest.raises(BadScenario):
        read_scenarios(unknown)


@pytest.mark.parametrize(
    "event",
    [
        SALE | {"lines": [{"id": "1", "amount": 1, "kind": "food"}]},
        SALE | {"lines": "all"},
        SALE | {"account": "B"},
        {"type": "return", "receipt": "R1", "at": OPEN["at"]},
        OPEN | {"type": "bonus", "kind": "easter"},
        {"type": "merge", "from": "B", "into": "A", "at": OPEN["at"]},
        {"type": "return", "receipt": "R1", "at": OPEN["at"], "all": True, "lines": []},
        OPEN,
    ],
)
def test_nor_is_what_only_shows_when_it_happens(app_context: Flask, event: dict[str, Any]) -> None:
    (scenario,) = read_scenarios(vector(OPEN, event))
    with pytest.raises(BadScenario):
        outcome_of(scenario)


def test_a_rule_that_stands_twice_is_an_error_too() -> None:
    with pytest.raises(BadScenario):
        parse('{"valid_days": 10, "valid_days": 20}')


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (SALE | {"tier": 1.5}, "bad_amount"),
        (SALE | {"receipt": 7}, "bad_amount"),
        (SALE | {"hold": 7}, "bad_amount"),
        (SALE | {"lines": [{"id": ["1"], "amount": 1}]}, "bad_amount"),
        ({"type": "return", "receipt": 7, "at": OPEN["at"], "all": True}, "bad_amount"),
        (OPEN | {"type": "adjust", "points": 5, "reason": None, "author": "m1"}, "reason_required"),
        (OPEN | {"type": "adjust", "points": 5, "reason": "r", "author": "m1", "valid_days": 1.5}, "bad_amount"),
        (OPEN | {"type": "adjust", "points": 501, "reason": "r", "author": "m1", "approver": ""}, "approval_required"),
    ],
    ids=lambda value: json.dumps(value)[-50:],
)
def test_a_value_that_cannot_be_is_refused_as_the_ledger_refuses_it(
    app_context: Flask, event: dict[str, Any], code: str
) -> None:
    (scenario,) = read_scenarios(vector(OPEN, event))
    assert outcome_of(scenario)["results"][-1] == {"error": code}


def test_rules_of_a_scenario_lie_on_top_of_those_it_starts_from() -> None:
    (scenario,) = read_scenarios(vector(OPEN, config={"valid_days": 10}), {"valid_days": 20, "earn_rate_bp": 100})
    assert (scenario.programme.valid_days, scenario.programme.earn_rate_bp) == (10, 100)


@pytest.mark.sqlite_only
def test_the_file_runs_and_says_how_many_differ(app_context: Flask, tmp_path: Path) -> None:
    said: list[str] = []
    assert main(FILE, base=None, check=True, out=said.append) == 0
    assert said == ["75 scenarios, 0 differences"]
    said.clear()
    wrong = document() | {"vectors": copy.deepcopy(document()["vectors"][:1])}
    wrong["vectors"][0]["expect"]["results"][1]["earned"] = 62
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(wrong))
    assert main(file, base=None, check=True, out=said.append) == 1
    assert said == ["E01: results.2.earned: expected 62, got 61", "1 scenarios, 1 differences"]


@pytest.mark.sqlite_only
def test_without_a_check_the_outcome_is_one_json_document(app_context: Flask, tmp_path: Path) -> None:
    file, said = tmp_path / "one.json", list[str]()
    quote = SALE | {"type": "quote"}
    del quote["receipt"]
    file.write_text(json.dumps(vector(OPEN, SALE, quote)))
    assert main(file, base={"earn_rate_bp": 1000}, check=False, out=said.append) == 0
    outcome = json.loads(said[0])["X"]
    assert outcome["results"] == [
        {},
        {"redeemed": 0, "earned": 100, "to_pay_minor": 100_000},
        {"redeem_max": 100, "why": "balance", "earn": 100, "to_pay_minor": 90_000},
    ]
    assert outcome["contra"] == {"EARN": -100}
    assert outcome["trial_balance"] == 0


@pytest.mark.sqlite_only
@pytest.mark.parametrize("text", ["{", json.dumps(vector(OPEN, OPEN))], ids=["no JSON", "opened twice"])
def test_a_file_that_cannot_be_run_is_said_to_be_so(app_context: Flask, tmp_path: Path, text: str) -> None:
    file, said = tmp_path / "none.json", list[str]()
    file.write_text(text)
    assert main(file, base=None, check=True, out=said.append) == 1
    assert len(said) == 1
