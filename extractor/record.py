"""The record that one document becomes (schema version 1). The schema's text says what each field means.

Offsets are half-open, in code points of the record's own `text`; always ``text[start:end] == span.text``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["central", "province", "district", "commune"]
Granularity = Literal["day", "week", "month", "quarter", "half", "year", "school_year", "period"]
DateRelation = Literal["on", "before", "by", "after", "since", "during", "until"]
ReferenceRelation = Literal["basis", "implements", "follows", "replaces", "amends", "repeals", "mentions"]
Comparator = Literal["=", "~", "<~", ">", ">=", "<", "<="]
FigureKind = Literal["level", "increase", "decrease", "ratio", "range"]
Change = Literal["merged", "renamed", "split", "abolished"]
AnchorKind = Literal["issued", "received", "effective", "event", "date"]
TermUnit = Literal["hour", "day", "week", "month", "quarter", "year"]
Recurrence = Literal["daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly"]
Confidence = Annotated[float, Field(ge=0, le=1, description="share of items made like this that are right")]
Review = Annotated[bool, Field(description="a person should look at the item: its confidence is low")]
ReviewReasons = Annotated[
    list[str], Field(description="signs of rules/confidence.csv that made it doubtful, the weightiest first")
]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Said(Model):
    """Who said something of a value, and when (ISO 8601, UTC)."""

    by: str
    at: str


class Corrected(Said):
    """A value that a person changed: what was read there."""

    old: Any


def _absent(value: object) -> bool:
    return value is None


Corrections = Annotated[
    dict[str, Corrected] | None,
    Field(exclude_if=_absent, description="fields that a person changed; only in what a database gives"),
]
Confirmation = Annotated[
    Said | None,
    Field(exclude_if=_absent, description="a person found the item right; only in what a database gives"),
]


class Span(Model):
    """A stretch of the record's text."""

    start: int = Field(ge=0, description="offset of the first character")
    end: int = Field(ge=0, description="offset behind the last character")
    text: str = Field(min_length=1, description="the characters themselves")


class AgencyRef(Model):
    """An agency in a role; `title` when a post is named for it (Giám đốc Sở Y tế)."""

    id: str
    name: str
    title: str | None = None


class End(Model):
    """The change that ended an agency; after an abolition successors are those of its territory."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    since: str = Field(alias="from", description="first day (ISO 8601) on which the change holds")
    change: Change
    basis: str = Field(description="the legal text")


class Successor(Model):
    """A body of today that has the work of one that ended, behind the whole chain of changes."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    id: str
    name: str
    since: str = Field(alias="from", description="first day (ISO 8601) on which this body had the work")
    change: Change = Field(description="the change from which this body came")


class Agency(Model):
    """An agency named in the document, with every place where it is named.

    `ended` is null while the body still exists under its name, or where nothing is known; `successors` are
    empty then, and also where it is not known who has its work.
    """

    id: str
    name: str
    level: Level | None = None
    locality: str | None = None
    ended: End | None = None
    successors: list[Successor] = Field(default_factory=list)
    mentions: list[Span]


class PageBox(Model):
    """The part of a span of the record that stands on one printed line of a page."""

    start: int = Field(ge=0, description="the span's first character, as in the record")
    end: int = Field(ge=0, description="offset behind the span's last character")
    box: tuple[float, float, float, float] = Field(
        description="left, top, right, bottom in points from the page's upper left corner"
    )


class Page(Model):
    """A page of a file that has pages, with the place of every span of the record that stands on it."""

    number: int = Field(ge=1)
    width: float = Field(description="points (1/72 inch)")
    height: float
    boxes: list[PageBox] = Field(default_factory=list)


class Ocr(Model):
    """Who read the letters off a picture, and how sure it was of its words (mean, 0 to 1)."""

    engine: str
    confidence: float = Field(ge=0, le=1)


class Source(Model):
    name: str
    media_type: str
    sha256: str
    bytes: int
    url: str | None = None
    published_on: str | None = None
    encoding: str | None = None
    ocr: Ocr | None = None
    pages: list[Page] = Field(default_factory=list, description="empty for a file without pages")


class DocumentType(Model):
    code: str
    name: str


class Signer(Model):
    name: str
    title: str | None = None
    authority: str | None = None


class Document(Model):
    number: str | None = None
    type: DocumentType | None = None
    issuer: AgencyRef | None = None
    issued_on: str | None = None
    place: str | None = None
    subject: str | None = None
    signer: Signer | None = None
    addressees: list[AgencyRef] = Field(default_factory=list)
    recipients: list[AgencyRef] = Field(default_factory=list)
    executors: list[AgencyRef] = Field(default_factory=list)
    urgency: str | None = None
    secrecy: str | None = None
    spans: dict[str, Span] = Field(default_factory=dict)
    inferred: list[str] = Field(default_factory=list)
    corrected: Corrections = None


class Interval(Model):
    """Two inclusive days (ISO 8601)."""

    start: str
    end: str


class RelativeTerm(Model):
    """How a deadline was reckoned: so many units from (a negative `offset`: before) the day of an anchor."""

    anchor: str = Field(min_length=1, description="the words for the day or event, as written")
    anchor_kind: AnchorKind
    anchor_on: str = Field(description="the anchor's day (ISO 8601); it is not counted")
    offset: int
    unit: TermUnit
    working_days: bool = Field(description="whether weekends and public holidays are passed over")


class Deadline(Interval):
    """By when; `relative` where the days were not read but reckoned from another day."""

    relation: DateRelation
    relative: RelativeTerm | None = None
    span: Span | None = None


class DateItem(Model):
    start: str | None
    end: str | None
    granularity: Granularity
    relation: DateRelation
    inferred: list[str] = Field(default_factory=list)
    by: str
    span: Span


class Reference(Model):
    number: str | None
    type: str | None
    issuer: AgencyRef | None = None
    issued_on: str | None = None
    subject: str | None = None
    relation: ReferenceRelation
    inferred: list[str] = Field(default_factory=list)
    by: str
    span: Span
    corrected: Corrections = None
    confirmed: Confirmation = None


class Figure(Model):
    value: int | float
    value_max: int | float | None = None
    of: int | float | None = None
    unit: str | None
    kind: FigureKind
    comparator: Comparator
    metric: str | None = None
    population: str | None = None
    place: str | None = None
    as_of: Interval | None = None
    baseline: Interval | None = None
    inferred: list[str] = Field(default_factory=list)
    confidence: Confidence = 0.0
    review: Review = False
    review_reasons: ReviewReasons = Field(default_factory=list)
    by: str
    span: Span
    corrected: Corrections = None
    confirmed: Confirmation = None


class Target(Figure):
    deadline: Interval | None = None
    agencies: list[AgencyRef] = Field(default_factory=list)


class Assignment(Model):
    agencies: list[AgencyRef]
    coordinating: list[AgencyRef] = Field(default_factory=list)
    assigned_by: str | None = None
    mode: str | None = None
    task: str = Field(min_length=1)
    deadline: Deadline | None = None
    recurrence: Recurrence | None = None
    product: str | None = Field(default=None, description="what has to be delivered, as written")
    product_span: Span | None = None
    label: str | None = None
    references: list[str] = Field(default_factory=list)
    inferred: list[str] = Field(default_factory=list)
    confidence: Confidence = 0.0
    review: Review = False
    review_reasons: ReviewReasons = Field(default_factory=list)
    by: str
    span: Span
    corrected: Corrections = None
    confirmed: Confirmation = None


class Warning_(Model):
    code: str
    message: str
    span: Span | None = None


class Record(Model):
    schema_version: Literal["1"] = "1"
    id: str
    source: Source
    source_kind: Literal["letter", "report"]
    text: str
    document: Document
    agencies: list[Agency] = Field(default_factory=list)
    references: list[Reference] = Field(default_factory=list)
    dates: list[DateItem] = Field(default_factory=list)
    figures: list[Figure] = Field(default_factory=list)
    targets: list[Target] = Field(default_factory=list)
    assignments: list[Assignment] = Field(default_factory=list)
    topics: list[str] = Field(
        default_factory=list, description="codes of rules/topics.csv: what it is about, the weightiest first"
    )
    warnings: list[Warning_] = Field(default_factory=list)


class RejectEntry(Model):
    """A line of ``records.rejects.jsonl``: an input that gave no record, and why."""

    name: str
    code: str
    message: str
    sha256: str | None = None
