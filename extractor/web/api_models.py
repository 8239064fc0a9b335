"""What the API answers. The texts are those of its description, which people read in Vietnamese."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProblemBody(Model):
    """Một lỗi: loại, tên, mã HTTP, lời giải thích."""

    model_config = ConfigDict(title="Problem")
    type: str
    title: str
    status: int
    detail: str


class Piece(Model):
    """Một đoạn chữ; `hit`: đoạn này khớp với từ tìm."""

    text: str
    hit: bool


class HitOut(Model):
    document_id: int
    number: str | None
    type: str | None
    issuer: str | None
    issued_on: str | None
    title: str
    snippet: list[Piece]
    score: float


class FacetOut(Model):
    value: str
    label: str
    count: int
    selected: bool


class SearchOut(Model):
    total: int = Field(description="Số văn bản tìm thấy, dừng ở 10.000.")
    capped: bool = Field(description="Có nhiều hơn `total`.")
    folded: bool = Field(description="Không có kết quả đúng dấu, đây là kết quả bỏ dấu.")
    as_typed: int = Field(description="Số văn bản đúng dấu như đã gõ, xếp trước; sau đó là không kể dấu.")
    corrected: str | None
    items: list[HitOut]
    next: str | None


class FacetsOut(Model):
    total: int
    capped: bool
    facets: dict[str, list[FacetOut]] = Field(description="agency, issuer, type, year, place, topic")


class AgencyName(Model):
    id: str | None
    name: str | None


class DocumentOut(Model):
    id: int
    text_id: str = Field(description="sha256 của nội dung, là id của bản ghi")
    revision: int
    current: bool = Field(description="Là bản tốt nhất của công văn này.")
    number: str | None
    type: str | None
    issuer: AgencyName
    issued_on: str | None
    title: str
    kind: str


class DocumentsOut(Model):
    items: list[DocumentOut]
    next: str | None


class AgencyOut(Model):
    id: str
    name: str
    level: str | None
    locality: str | None
    ended_from: str | None


class RemovalOut(Model):
    revision: int
    document_id: int
    at: str


class RemovalsOut(Model):
    items: list[RemovalOut]
    next: str | None


class AgenciesOut(Model):
    items: list[AgencyOut]
    next: str | None


class SuccessorOut(Model):
    id: str
    name: str
    since: str
    change: str


class AgencyPage(AgencyOut):
    ended_change: str | None
    ended_basis: str | None
    successors: list[SuccessorOut]
    predecessors: list[SuccessorOut]
    issued: int = Field(description="Số văn bản đã ban hành.")
    lead: int = Field(description="Số nhiệm vụ chủ trì.")
    coordinating: int = Field(description="Số nhiệm vụ phối hợp.")


class SpanOut(Model):
    """Chỗ trong văn bản, [start, end) tính bằng ký tự, và chính những chữ ấy."""

    start: int
    end: int
    text: str


class TargetOut(Model):
    id: int
    document_id: int
    number: str | None
    issuer: AgencyName
    issued_on: str | None
    metric: str | None
    comparator: str
    value: float
    value_max: float | None
    unit: str | None
    population: str | None
    place: str | None
    deadline_start: str | None
    deadline_end: str | None
    agencies: list[str]
    confidence: float
    review: bool
    corrected: bool
    span: SpanOut


class TargetsOut(Model):
    items: list[TargetOut]
    next: str | None


class ReferenceOut(Model):
    id: int
    document_id: int
    relation: str
    number: str | None
    type: str | None
    issuer: AgencyName
    issued_on: str | None
    subject: str | None
    found: list[int] = Field(description="Những văn bản có trong cơ sở dữ liệu mang số ấy.")
    span: SpanOut


class ReferencesOut(Model):
    items: list[ReferenceOut]
    next: str | None


class RunOut(Model):
    id: int
    command: str
    started_at: str
    finished_at: str | None
    version: str
    rules: str
    added: int
    linked: int
    updated: int
    unchanged: int
    rejected: int


class RunsOut(Model):
    items: list[RunOut]
    next: str | None
