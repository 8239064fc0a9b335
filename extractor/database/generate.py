"""Made-up letters in any number, to measure a database with: records as JSON, and a fast way in for them.

Their words come from the rules and registers: each letter speaks of one to three topics (`topics.csv`, the
first ones far more often than the last, by Zipf's law) with the words and examples of these, and of much else
in a vocabulary of phrases that is drawn by the same law. Issuers, addressees and those who are told to do
something are central bodies and departments of provinces; numbers, days, deadlines, figures, targets and
citations are as varied as in real letters. The same `seed` gives the same letters. Nothing in them is true.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate, islice
from typing import Any

from sqlalchemy import Connection, Table, insert

from extractor.database import schema as t
from extractor.database import store, summaries
from extractor.rulebook import Rulebook
from extractor.textview import slug

Json = dict[str, Any]
_FIRST, _LAST = date(2015, 1, 5), date(2026, 10, 30)
#: records that are written at a time
_BATCH = 1_000
#: different tasks; those of real letters come again too
_TASKS = 20_000


class Maker:
    """Makes records out of the words of a rulebook."""

    def __init__(self, book: Rulebook, seed: int = 1) -> None:
        self.dice = random.Random(seed)
        rows = book.table("topics.csv")
        self.topics = [r["code"] for r in rows]
        self.dice.shuffle(self.topics)
        self.words = {r["code"]: [w for w in r["words"].split("|") if " " in w] for r in rows}
        self.subjects = {r["code"]: [w for w in r["examples"].split("|") if w] for r in rows}
        self.topic_odds = _zipf(len(self.topics), 0.9)
        self.phrases = self._vocabulary(book, rows)
        self.phrase_odds = _zipf(len(self.phrases), 1.0)
        self.types = [(r["code"], r["name"]) for r in book.table("document_types.csv")[:14]]
        self.type_odds = _zipf(len(self.types), 1.2)
        self.provinces = [f"{r['type']} {r['name']}" for r in book.table("provinces.csv") if r["to"]]
        self.fields = [r["field"] for r in book.table("agency_fields.csv") if "Sở" in r["heads"].split("|")]
        self.central = [(r["id"], r["name"]) for r in book.table("agencies.csv") if r["level"] == "central"]
        self.tasks = [self._task() for _ in range(_TASKS)]
        self.metrics = [" ".join(self._some(2)) for _ in range(300)]

    def _vocabulary(self, book: Rulebook, rows: list[dict[str, str]]) -> list[str]:
        """Phrases of two to four words, in a random order, the names of communes last."""
        found: dict[str, None] = {}
        for rule in book.rules.values():
            texts = [*(e.text for e in rule.examples), *rule.negatives]
            for text in texts:
                words = [w for w in text.split() if w.strip(",.;:()").isalpha()]
                for i in range(0, len(words) - 2, 2):
                    size = 2 + (i // 2) % 3
                    found[" ".join(words[i : i + size]).strip(",.;:()").lower()] = None
        phrases = [p for p in found if p.count(" ")]
        self.dice.shuffle(phrases)
        names = dict.fromkeys(r["name"] for r in book.table("communes.csv"))
        return phrases + list(islice(names, 6_000))

    def _some(self, count: int) -> list[str]:
        return self.dice.choices(self.phrases, cum_weights=self.phrase_odds, k=count)

    def _task(self) -> str:
        code = self.dice.choices(self.topics, cum_weights=self.topic_odds)[0]
        return " ".join(
            [*self._some(2), self.dice.choice(self.words[code]), *self._some(self.dice.randint(2, 9))]
        )

    def _agency(self, province: str) -> tuple[str, str, str | None, str | None]:
        """Id, name, level and locality of a body, mostly a department of the province."""
        if self.dice.random() < 0.25:
            id, name = self.dice.choice(self.central)
            return id, name, "central", None
        name = f"Sở {self.dice.choice(self.fields)} {province}"
        return f"x:{slug(name)}", name, "province", province

    def records(self, count: int) -> Iterator[Json]:
        """So many records."""
        for number in range(1, count + 1):
            yield self._record(number)

    def _record(self, serial: int) -> Json:
        dice = self.dice
        province = dice.choice(self.provinces)
        if dice.random() < 0.3:
            issuer_id, issuer, level, locality = (*dice.choice(self.central), "central", None)
        else:
            issuer = f"Ủy ban nhân dân {province}"
            issuer_id, level, locality = f"x:{slug(issuer)}", "province", province
        day = _FIRST + timedelta(days=int((_LAST - _FIRST).days * dice.random() ** 0.7))
        type_code, type_name = dice.choices(self.types, cum_weights=self.type_odds)[0]
        symbol = "".join(w[0] for w in issuer.split()[:4] if w[0].isalpha()).upper()
        number = f"{serial % 9000 + 1}/{symbol}-{dice.choice(('VX', 'KT', 'TH', 'NC', 'NN'))}"
        topics = list(
            dict.fromkeys(dice.choices(self.topics, cum_weights=self.topic_odds, k=dice.randint(1, 3)))
        )
        subject = f"{dice.choice(self.subjects[topics[0]])} {' '.join(self._some(2))} năm {day.year}"
        text = _Text()
        text.add(f"{issuer.upper()}\n-------\nSố: ")
        spans = {"number": text.add(number)}
        text.add("\nV/v ")
        spans["subject"] = text.add(subject)
        text.add(f"\n\n{province.split(' ', 1)[-1]}, ")
        spans["issued_on"] = text.add(f"ngày {day.day} tháng {day.month} năm {day.year}")
        text.add("\n\nKính gửi:\n")
        named: dict[str, Json] = {}

        def name(agency: tuple[str, str, str | None, str | None]) -> Json:
            id, said, level, locality = agency
            span = text.add(said)
            found = named.setdefault(
                id, {"id": id, "name": said, "level": level, "locality": locality, "ended": None,
                     "successors": [], "mentions": []}
            )  # fmt: skip
            found["mentions"].append(span)
            return {"id": id, "name": said, "title": None}

        addressees = []
        for _ in range(dice.randint(1, 5)):
            text.add("- ")
            addressees.append(name(self._agency(province)))
            text.add(";\n")
        text.add("\n")
        references: list[Json] = []
        figures: list[Json] = []
        targets: list[Json] = []
        assignments: list[Json] = []
        for _ in range(dice.randint(0, 4)):
            text.add("Căn cứ ")
            year, cited = dice.randint(2010, day.year), dice.randint(1, 200)
            span = text.add(f"Nghị định số {cited}/{year}/NĐ-CP")
            references.append({
                "number": f"{cited}/{year}/NĐ-CP", "type": "NĐ", "issuer": None, "issued_on": None,
                "subject": None, "relation": "basis", "inferred": [], "by": "links.basis", "span": span,
            })  # fmt: skip
            text.add(";\n")
        for _ in range(max(1, int(dice.lognormvariate(1.1, 0.6)))):
            text.add(self._sentence(topics) + "\n")
        for _ in range(dice.randint(0, 3)):
            value, metric = dice.randint(1, 9_999), dice.choice(self.metrics)
            text.add("Đến nay, " + metric + " đạt ")
            span = text.add(f"{value} người")
            figures.append(_quantity(value, metric, span, "figures.quantity"))
            text.add(".\n")
        if dice.random() < 0.4:
            metric, due = dice.choice(self.metrics), date(day.year + dice.randint(0, 2), 12, 31)
            value = dice.choice((80, 85, 90, 95, 98))
            text.add(f"Đến hết năm {due.year}, {metric} đạt ")
            span = text.add(f"{value}%")
            target = _quantity(value, metric, span, "targets.reach") | {"unit": "%"}
            targets.append(target | {"deadline": {"start": str(due), "end": str(due)}, "agencies": []})
            text.add(".\n")
        for i in range(max(0, int(dice.lognormvariate(1.0, 0.8)))):
            text.add(f"{i + 1}. ")
            lead = name(self._agency(province))
            with_others = []
            if dice.random() < 0.5:
                text.add(" chủ trì, phối hợp với ")
                with_others.append(name(self._agency(province)))
            text.add(" ")
            task = dice.choice(self.tasks)
            span = text.add(task)
            deadline = None
            if dice.random() < 0.6:
                due = day + timedelta(days=dice.randint(5, 400))
                text.add(" ")
                said = text.add(f"trước ngày {due.day}/{due.month}/{due.year}")
                span = text.span(span["start"], said["end"])
                deadline = {"start": str(due), "end": str(due), "relation": "before", "relative": None,
                            "span": said}  # fmt: skip
            sure = round(0.5 + dice.random() / 2, 2)
            assignments.append({
                "agencies": [lead], "coordinating": with_others, "assigned_by": None, "mode": None,
                "task": task, "deadline": deadline, "recurrence": None, "product": None, "product_span": None,
                "label": f"{i + 1}.", "references": [], "inferred": [], "confidence": sure,
                "review": sure < 0.7, "review_reasons": [], "by": "assignments.task_verb", "span": span,
            })  # fmt: skip
            text.add(".\n")
        text.add(self._sentence(topics))
        issuer_row = {"id": issuer_id, "name": issuer, "level": level, "locality": locality, "ended": None,
                      "successors": [], "mentions": [text.span(0, len(issuer))]}  # fmt: skip
        agencies = [issuer_row, *(a for a in named.values() if a["id"] != issuer_id)]
        whole = text.text()
        digest = hashlib.sha256(whole.encode()).hexdigest()
        return {
            "schema_version": "1",
            "id": f"sha256:{digest}",
            "source": {"name": f"{serial}.txt", "media_type": "text/plain", "sha256": digest,
                       "bytes": len(whole.encode()), "url": None, "published_on": None, "encoding": "utf-8",
                       "ocr": None, "pages": []},
            "source_kind": "letter",
            "text": whole,
            "document": {
                "number": number, "type": {"code": type_code, "name": type_name},
                "issuer": {"id": issuer_id, "name": issuer, "title": None}, "issued_on": str(day),
                "place": province.split(" ", 1)[-1], "subject": subject, "signer": None,
                "addressees": addressees, "recipients": [], "executors": [], "urgency": None, "secrecy": None,
                "spans": spans, "inferred": [],
            },
            "agencies": agencies,
            "references": references,
            "dates": [],
            "figures": figures,
            "targets": targets,
            "assignments": assignments,
            "topics": topics,
            "warnings": [],
        }  # fmt: skip

    def _sentence(self, topics: list[str]) -> str:
        """A paragraph on the topics: of three phrases one is theirs."""
        dice = self.dice
        words = self._some(dice.randint(12, 40))
        for i in range(0, len(words), 4):
            words[i] = dice.choice(self.words[dice.choice(topics)])
        said = " ".join(words)
        return said[0].upper() + said[1:] + "."


class _Text:
    """A text that grows; what is added is told as a span."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0

    def add(self, words: str) -> Json:
        start = self.length
        self.pieces.append(words)
        self.length += len(words)
        return {"start": start, "end": self.length, "text": words}

    def text(self) -> str:
        return "".join(self.pieces)

    def span(self, start: int, end: int) -> Json:
        return {"start": start, "end": end, "text": self.text()[start:end]}


def _quantity(value: float, metric: str, span: Json, by: str) -> Json:
    return {
        "value": value, "value_max": None, "of": None, "unit": "người", "kind": "level", "comparator": "=",
        "metric": metric, "population": None, "place": None, "as_of": None, "baseline": None, "inferred": [],
        "confidence": 0.9, "review": False, "review_reasons": [], "by": by, "span": span,
    }  # fmt: skip


def _zipf(count: int, slope: float) -> list[float]:
    """Cumulated odds of the first, second … of `count` things."""
    return list(accumulate(1 / (i + 3) ** slope for i in range(count)))


def load(connection: Connection, records: Iterable[Json], keep: bool = True) -> int:
    """Write records into an empty database, past `store.put` and without an index; how many there were.

    With `keep` off the records themselves are not kept, only their texts and rows.
    """
    reading = {"version": "0", "rules": "generated", "ner": "none", "added_at": "", "read_at": ""}
    task_id, document_id = 0, 0
    agencies: dict[str, Json] = {}
    pending: dict[Table, list[Json]] = {}

    def flush() -> None:
        for table, rows in pending.items():
            if rows:
                connection.execute(insert(table), rows)
        pending.clear()
        for table in (t.letters, t.documents, t.agencies):  # what others point to comes first
            pending[table] = []

    flush()
    for document_id, record in enumerate(records, 1):
        pending[t.letters].append({"id": document_id, "key": record["id"]})
        said = json.dumps(record, ensure_ascii=False, sort_keys=True) if keep else "{}"
        pending[t.documents].append(
            {**reading, **store.columns_of(record), "id": document_id, "letter_id": document_id,
             "revision": document_id, "current": True, "text_id": record["id"], "extracted": said,
             "record": said}
        )  # fmt: skip
        for agency in record["agencies"]:
            if agency["id"] not in agencies:
                agencies[agency["id"]] = agency
                pending[t.agencies].append(store.agency_row(agency, {}))
        for table, rows in store.rows_of(document_id, record):
            pending.setdefault(table, []).extend(rows)
        tasks = pending.setdefault(t.assignments, [])
        told = pending.setdefault(t.assignment_agencies, [])
        for i, item in enumerate(record["assignments"]):
            task_id += 1
            tasks.append(store.assignment_of(document_id, i, item) | {"id": task_id})
            told.extend(store.told_of(task_id, document_id, item))
        if document_id % _BATCH == 0:
            flush()
    flush()
    summaries.rebuild(connection)
    return document_id
