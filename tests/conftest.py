"""Fixtures that all tests share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extractor.rulebook import Rulebook, default_rulebook

if TYPE_CHECKING:
    from spacy.language import Language

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def book() -> Rulebook:
    return default_rulebook()


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The pipeline without a statistical model."""
    import extractor

    return extractor.load(ner="none")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference documents that are not part of the repository."""
    place = os.environ.get("CONGVAN_SHARED", "")
    if not place:
        pytest.skip("CONGVAN_SHARED is not set: it names the folder of reference documents")
    folder = Path(place)
    if not folder.is_dir():
        pytest.skip(f"CONGVAN_SHARED is no folder: {folder}")
    return folder


def needs_program(program: str, package: str) -> None:
    """Go on only where `program` is installed: elsewhere fail under CI and skip on a desk."""
    if shutil.which(program):
        return
    advice = f"{program} is missing: apt-get install {package}"
    if os.environ.get("CI"):
        pytest.fail(advice)
    pytest.skip(advice)
