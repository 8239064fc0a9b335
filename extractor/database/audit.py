"""Who was told to do what by when: the questions of an audit, over the current versions of letters.

Every task and target comes with its letter and the sentence that proves it.
"""

from extractor.database.agency_names import Candidate, agency_ids, similar
from extractor.database.audit_addressees import Unaddressed, no_addressee
from extractor.database.audit_agencies import AgencyPage, Matrix, agency, matrix
from extractor.database.audit_repeats import Repeat, repeated
from extractor.database.audit_targets import Contradiction, TargetRow, contradictions, targets_over_years
from extractor.database.audit_tasks import CAP, Task, TaskPage, TaskQuery, deadlines, load, tasks

__all__ = [
    "CAP", "AgencyPage", "Candidate", "Contradiction", "Matrix", "Repeat", "TargetRow", "Task", "TaskPage",
    "TaskQuery", "Unaddressed", "agency", "agency_ids", "contradictions", "deadlines", "load", "matrix",
    "no_addressee", "repeated", "similar", "targets_over_years", "tasks",
]  # fmt: skip
