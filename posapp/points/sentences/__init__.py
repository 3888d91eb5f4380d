"""The rules of a programme in plain sentences.

Promises
- Every rule is in a sentence, and two programmes that differ in a rule that counts differ in its sentence.
- Pure: a programme and a language go in, sentences come out.
"""

from posapp.points.sentences.passages import Passage, passage, passages
from posapp.points.sentences.sentence import Sentence

__all__ = ["Passage", "Sentence", "passage", "passages"]
