"""Assignments: who was told to do what, with whom, by when.

Structure first: a heading or lead-in owns what stands under it; an item that names its own agency keeps it.
Then the sentence: an order verb with agencies, or an agency that opens the sentence. Then continuation: a
sentence that goes on with work after one that named who has to do it.
"""

from __future__ import annotations

from extractor.annotations import Annotations
from extractor.rulebook import Rulebook
from extractor.stages.assignments.context import Context
from extractor.stages.assignments.walker import Walker


def find_assignments(annotations: Annotations, book: Rulebook) -> None:
    """Fill ``annotations.assignments`` (and ``header["executors"]``)."""
    Walker(Context(annotations, book)).walk()
