"""What the page says of its own figures: that they agree, or which of them does not, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from posapp.core.text import N_
from posapp.reports.figure import WORDS, Figure
from posapp.reports.queries import EnrolmentReport
from posapp.reports.reconciliation import Difference, differences
from posapp.reports.tally import Counts
from posapp.web.locale import points

Say = Callable[[str], str]

AGREE = N_(
    "The figures agree: cards opened %(cards)s = codes matched %(matched)s + supervisor approvals %(approved)s "
    "= consents to personal data %(personal_data)s = accounts opened %(accounts)s."
)
COMPARED = N_("The figures do not agree. Cards opened: %(cards)s.")
MORE = N_("%(figure)s: %(count)s, which is %(difference)s more than the cards.")
FEWER = N_("%(figure)s: %(count)s, which is %(difference)s fewer than the cards.")
IN_STORE = N_("%(store)s: %(sentence)s")
PROVEN = N_("Codes matched and supervisor approvals together")
TELL = N_("Do not correct anything by hand; show this page to whoever looks after the system.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``agrees``, and the sentences that say so or say where not."""

    agrees: bool
    title: str
    sentences: list[str]


def verdict(report: EnrolmentReport, say: Say) -> Verdict:
    """Do the figures agree, in all and in each store? A card too many here is not made good by one too few there."""
    whole = report.tally.whole
    sentences = [*_sentences(whole, say), *(_in_stores(report, say) if len(report.stores) > 1 else ())]
    if not sentences:
        values = {figure.value: points(whole[figure]) for figure in Figure}
        return Verdict(True, say(AGREE) % values, [])
    return Verdict(False, say(COMPARED) % {"cards": points(whole[Figure.CARDS])}, [*sentences, say(TELL)])


def _in_stores(report: EnrolmentReport, say: Say) -> Iterator[str]:
    for store in report.stores:
        for sentence in _sentences(report.tally.by_store[store.store_id], say):
            yield say(IN_STORE) % {"store": store.name, "sentence": sentence}


def _sentences(counts: Counts, say: Say) -> Iterator[str]:
    for each in differences(counts):
        words = {"figure": _named(each, say), "count": points(each.count), "difference": points(abs(each.more))}
        yield say(MORE if each.more > 0 else FEWER) % words


def _named(difference: Difference, say: Say) -> str:
    figures = difference.figures
    return say(WORDS[figures[0]] if len(figures) == 1 else PROVEN)
