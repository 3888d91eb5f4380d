"""The verdict: what every journal says against what the ledger has, and the books from every side."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from posapp.core.db import db
from posapp.points.auditing import audit_card
from posapp.points.operations import Merge
from posapp.points.refusals import PointsRefusal
from posapp.points.rows import POSTING
from posapp.points.rulebook import Rulebook
from tests.points.books import problems as book_problems
from tests.points.torture.acts import carry, is_stored
from tests.points.torture.journal import Act, Answer, Written, read
from tests.points.torture.stage import Stage

ASKED_AGAIN_MAX = 1_500
"""So many are asked once more at the end; of a long run, some."""


@dataclass
class Report:
    """What came of a torture."""

    database: str
    seconds: float = 0.0
    operations: int = 0
    """Requests with keys of their own."""
    acknowledged: int = 0
    deliveries: int = 0
    lost: int = 0
    duels: int = 0
    asked_again: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    @property
    def duplicates(self) -> int:
        """Answers to a request that had its answer already, from another process or to another delivery."""
        return self.deliveries - self.acknowledged

    def __str__(self) -> str:
        refused = ", ".join(f"{code} {count}" for code, count in self.refusals.most_common())
        killed = ", ".join(f"{kind} {count}" for kind, count in self.kills.most_common())
        lines = [
            f"torture on {self.database}: {self.seconds:.1f} s",
            f"  operations    {self.operations}, acknowledged {self.acknowledged}",
            f"  duplicates    {self.duplicates}, and {self.asked_again} asked once more at the end",
            f"  kills         {self.kills.total()} ({killed})",
            f"  unheard       {self.lost} deliveries without an answer, delivered again",
            f"  duels         {self.duels} times two had read a card before either wrote",
            f"  refusals      {self.refusals.total()} ({refused})",
            f"  problems      {len(self.problems) or 'none'}",
            *[f"    {problem}" for problem in self.problems[:12]],
        ]
        return "\n".join(lines)


def judge(stage: Stage, report: Report) -> Report:
    """Fill the report: every answer is in the books once, and whoever asks again gets it again."""
    journals = [read(stage.journal(slot)) for slot in range(stage.size.clients)]
    acts = {act["id"]: act for written in journals for act in written.asked}
    answers = _answers(journals)
    report.operations, report.acknowledged = len(acts), len(answers)
    report.deliveries = sum(len(found) for found in answers.values())
    report.lost, report.duels = sum(each.lost for each in journals), sum(each.duels for each in journals)
    report.refusals = Counter(found[0]["refusal"] for found in answers.values() if "refusal" in found[0])
    report.problems += [note for written in journals for note in written.notes]
    report.problems += [f"{name} was never answered" for name in sorted(acts.keys() - answers.keys())]
    report.problems += [f"{name} has two answers: {found}" for name, found in answers.items() if _differ(found)]
    report.problems += _in_the_ledger(acts, answers)
    report.problems += _asked_again(stage, acts, answers, report)
    report.problems += book_problems(*stage.cards, programme=stage.programme)
    report.problems += _audited(stage)
    return report


def _answers(journals: list[Written]) -> dict[str, list[Answer]]:
    found: dict[str, list[Answer]] = defaultdict(list)
    for written in journals:
        for name, answer in written.answers:
            found[name].append(answer)
    return found


def _differ(answers: list[Answer]) -> bool:
    """A sweep that finds nothing leaves nothing behind, so only what was stored must be the same."""
    return len({_essence(answer) for answer in answers if is_stored(answer)}) > 1


def _essence(answer: Answer) -> str:
    return repr((answer.get("refusal"), answer.get("posting"), sorted(answer.get("result", {}).items())))


def _in_the_ledger(acts: dict[str, Act], answers: dict[str, list[Answer]]) -> Iterator[str]:
    """Each answer once (a merge on both its cards), and nothing that nobody asked for."""
    db.session.rollback()
    stored: dict[str, list[Any]] = defaultdict(list)
    for row in db.session.execute(select(POSTING)).mappings():
        stored[row["key"]].append(row)
    keys = {act["key"] for act in acts.values()}
    yield from (f"nobody asked for {key}" for key in stored.keys() - keys if not key.startswith("open-"))
    for name, found in answers.items():
        answer = next((each for each in found if is_stored(each)), None)
        if answer is None:
            continue
        rows = stored[acts[name]["key"]]
        ours = [row for row in rows if row["kind"] != Merge.kind or "into" not in row["request"]]
        if len(ours) != 1:
            yield f"{name} was acknowledged and is there {len(ours)} times"
        elif ours[0]["refusal"] != answer.get("refusal") or ours[0]["result"] != answer.get(
            "result", ours[0]["result"]
        ):
            yield f"{name} was answered {answer}, and is {ours[0]['refusal'] or ours[0]['result']}"


def _audited(stage: Stage) -> Iterator[str]:
    """What the house's own audit of every night would say."""
    rules = Rulebook.read()
    for card in stage.cards:
        found = audit_card(card, rules)
        yield from (f"the audit of card {card}: {fault}" for fault in (found.faults if found else ["no such card"]))


def _asked_again(stage: Stage, acts: dict[str, Act], answers: dict[str, list[Answer]], report: Report) -> Iterator[str]:
    """Whoever asks now gets the answer of then, though the cards have changed: the refused stay refused."""
    stored = [name for name, found in answers.items() if is_stored(found[0])]
    again = stage.chance("again at the end").sample(stored, min(len(stored), ASKED_AGAIN_MAX))
    report.asked_again = len(again)
    for name in again:
        try:
            posting = carry(stage, acts[name])
        except PointsRefusal as refusal:
            now, is_replayed = Answer(refusal=refusal.code), refusal.replayed
        except DBAPIError as broken:
            yield f"{name} cannot be asked again: {broken.orig!r}"
            continue
        else:
            assert posting
            now = Answer(result=dict(posting.result), posting=str(posting.posting_id))
            is_replayed = posting.replayed
        if _essence(now) != _essence(answers[name][0]) or not is_replayed:
            yield f"{name} was answered {answers[name][0]}, and is now answered {now}"
