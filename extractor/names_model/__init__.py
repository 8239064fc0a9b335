"""A linear-chain CRF of our own that tells agencies, persons and places by their syllables.

``names.crf`` is the model, ``names.words`` the words of the registers that its features know; `train-names`
writes both anew from files of the repository.
"""

from pathlib import Path

#: the model and the words of its features, as shipped
MODEL = Path(__file__).parent / "names.crf"
WORDS_SUFFIX = ".words"
LABELS = ("agency", "person", "place")
