"""Mentions: what the rules and registers find in the running text, before anything is related to anything.

Groups, in the order found: ``numbers``, ``places``, ``agencies``, ``dates``, ``quantities``.
"""

from __future__ import annotations

from extractor.annotations import Annotations
from extractor.rulebook import Rulebook
from extractor.values.agencies import AgencyFinder, lexicon_of
from extractor.values.dates import find_dates
from extractor.values.document_numbers import find_numbers
from extractor.values.places import find_places
from extractor.values.quantities import find_quantities


def find_mentions(annotations: Annotations, book: Rulebook) -> None:
    """Fill ``annotations.mentions`` with the groups that rules and registers find."""
    view, found = annotations.view, annotations.mentions
    found["numbers"] = numbers = find_numbers(view, book)
    found["places"] = find_places(view, book)
    found["agencies"] = AgencyFinder(
        annotations.doc, annotations, lexicon_of(annotations.doc, book), numbers
    ).find()
    found["dates"] = dates = find_dates(view, book, annotations.issued_on, numbers)
    found["quantities"] = find_quantities(view, book, [*numbers, *dates])
