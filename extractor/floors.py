"""Floors: the F1 of each field when the floors were last written. Nothing falls below them unnoticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from extractor.errors import CongvanError
from extractor.evaluate import Evaluation

_ROUNDING = 1e-9


class FloorError(CongvanError):
    """New floors would be lower than the old ones."""


def fingerprint(golds: list[dict[str, Any]], records: Mapping[str, Any]) -> str:
    """``sha256:`` of the gold documents and of the bytes that their records were read from."""
    h = hashlib.sha256()
    for gold in sorted(golds, key=lambda g: str(g["source"])):
        name = Path(gold["source"]).name
        source = (records.get(name) or {}).get("source") or {}
        h.update(json.dumps([name, source.get("sha256"), gold], sort_keys=True, default=str).encode())
    return "sha256:" + h.hexdigest()


def read_floors(path: Path) -> dict[str, Any]:
    """``{"corpus": fingerprint, "f1": {field: value}}``. Raises `CongvanError`."""
    try:
        floors = json.loads(path.read_text(encoding="utf-8"))
        return {"corpus": str(floors["corpus"]), "f1": {k: float(v) for k, v in floors["f1"].items()}}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise CongvanError(
            f"{path}: không đọc được mức sàn: {e}. Hãy ghi lại bằng --update-floors."
        ) from None


def _fallen(floors: Mapping[str, float], found: Evaluation) -> list[str]:
    """Fields below their floor; a field that is no longer scored at all has fallen, too."""
    now = found.as_json()
    lines = []
    for name, floor in sorted(floors.items()):
        f1 = now[name]["f1"] if name in now else 0.0
        if f1 < floor - _ROUNDING:
            message = f"{name}: F1 {f1:.4f}, mức sàn {floor:.4f}"
            lines.append(message)
    return lines


def broken(floors: Mapping[str, Any], found: Evaluation, corpus: str) -> list[str]:
    """What does not hold: fields below their floor, or floors that were written for another corpus."""
    if floors["corpus"] != corpus:
        message = "văn bản hoặc đáp án đã thay đổi từ khi ghi mức sàn. Hãy ghi lại bằng --update-floors."
        return [message]
    return _fallen(floors["f1"], found)


def write_floors(path: Path, found: Evaluation, corpus: str, allow_regression: bool = False) -> None:
    """Write the floors of `found`. Raises `FloorError` when one would be lower, unless that is allowed."""
    if path.exists() and not allow_regression and (fallen := _fallen(read_floors(path)["f1"], found)):
        raise FloorError(
            f"Không ghi mức sàn, vì sẽ thấp hơn mức cũ: {'; '.join(fallen)}."
            " Hãy sửa cho các trường ấy đạt lại, hoặc thêm --allow-regression nếu chấp nhận thấp đi."
        )
    floors = {"corpus": corpus, "f1": {name: c["f1"] for name, c in found.as_json().items()}}
    path.write_text(json.dumps(floors, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
