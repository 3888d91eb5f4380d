"""All sentences, under the headings of `topics`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from posapp.points.programme import Programme
from posapp.points.sentences import campaigns, earning, giving, goods, lasting, spending
from posapp.points.sentences.sentence import Sentence
from posapp.points.speech import Speech
from posapp.points.topics import Topic

Write = Callable[[Programme, Speech], Iterator[Sentence]]


@dataclass(frozen=True, slots=True)
class Passage:
    """Everything under one heading."""

    topic: Topic
    sentences: tuple[Sentence, ...]


def passages(programme: Programme, speech: Speech) -> tuple[Passage, ...]:
    """The whole programme as its readers are told it."""
    return tuple(passage(topic, programme, speech) for topic in Topic)


def passage(topic: Topic, programme: Programme, speech: Speech) -> Passage:
    """What stands under one heading."""
    return Passage(topic, tuple(_WRITERS[topic](programme, speech)))


_WRITERS: Mapping[Topic, Write] = MappingProxyType(
    {
        Topic.EARNING: earning.receipts,
        Topic.KINDS: goods.kinds,
        Topic.TIERS: earning.tiers,
        Topic.CAMPAIGNS: campaigns.campaigns,
        Topic.TERMS: lasting.terms,
        Topic.PAYING: spending.paying,
        Topic.GIFTS: giving.gifts,
        Topic.RETURNS: giving.returns,
        Topic.LIMITS: spending.limits,
        Topic.MANUAL: giving.manual,
        Topic.DAY: lasting.day,
    }
)
