"""``congvan train-names``: the names model made anew from the repository's files, and judged."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.cli import Command
from extractor.cli.common import FILE, FOLDER

if TYPE_CHECKING:
    from extractor.evaluate import Counts
    from extractor.names_model.training import Material

#: parts of templates and issuers of which each is held out once when the corpus is judged
_FOLDS = 4


@click.command(cls=Command, name="train-names")
@click.option("--out", type=FILE, help="Ghi mô hình vào tệp này; mặc định thay mô hình của chương trình.")
@click.option(
    "--hold-out",
    type=click.IntRange(0),
    default=_FOLDS,
    show_default=True,
    metavar="N",
    help="Trước đó luyện thử, để riêng 1/N mẫu câu, khuôn tên, cơ quan ban hành rồi đo trên đó; 0: bỏ qua.",
)
@click.option(
    "--corpus", type=FOLDER, help="Thư mục có letters/ và names.yaml; mặc định là corpus/ của kho mã."
)
@click.option(
    "--judge", is_flag=True, help="Không luyện để dùng: so quy tắc, underthesea và mô hình của dự án."
)
@click.option("--gold", type=FOLDER, help="Với --judge: thư mục văn bản có đáp án (.yaml) ngoài corpus/.")
@click.option("--skip", multiple=True, metavar="TÊN", help="Với --gold: tên văn bản không mở (có thể nhiều).")
def command(
    out: Path | None,
    hold_out: int,
    corpus: Path | None,
    judge: bool,
    gold: Path | None,
    skip: tuple[str, ...],
) -> None:
    """Luyện mô hình tên riêng (cơ quan, người, nơi chốn) từ corpus/ và rules/training/names.toml.

    Nhãn của mỗi câu là như nhau qua các lần luyện; byte của tệp mô hình thì không.

    \b
    Ví dụ:
      congvan train-names
      congvan train-names --out thu.crf --hold-out 0
      congvan train-names --judge --gold tai-lieu/
    """
    from extractor.names_model import MODEL
    from extractor.names_model.silver import read_letters
    from extractor.names_model.tagger import Tagger
    from extractor.names_model.training import Material, scores
    from extractor.pipeline import load, rulebook_of

    book = rulebook_of("")
    folder = corpus or book.folder.parent / "corpus"
    if not (folder / "letters").is_dir():
        raise click.UsageError(
            f"Không thấy văn bản để luyện ở {folder}: hãy chạy trong kho mã hoặc dùng --corpus."
        )
    click.echo(f"Đọc {folder / 'letters'} …", err=True)
    material = Material(book, read_letters(folder / "letters", load(ner="none"), book))
    click.echo(f"{len(material.letters)} văn bản", err=True)
    if judge:
        _judge(material, folder, gold, skip)
        return
    if hold_out > 1:
        with tempfile.TemporaryDirectory() as place:
            trial = Path(place) / "trial.crf"
            click.echo(f"Luyện thử, để riêng 1/{hold_out} …", err=True)
            material.train(trial, _say, 0, hold_out)
            made, letters = material.unseen(0, hold_out)
            tagger = Tagger(trial)
            for title, sentences in (
                ("câu sinh từ mẫu để riêng", made),
                ("văn bản của cơ quan để riêng", letters),
            ):
                click.echo(f"{title}: {len(sentences)} câu")
                _table(scores(tagger, sentences))
    click.echo("Luyện …", err=True)
    path = out or MODEL
    material.train(path, _say)
    Tagger(path)
    click.echo(f"Đã ghi {path} ({path.stat().st_size / 1e6:.1f} MB)")


def _say(sentences: int, syllables: int, features: int) -> None:
    click.echo(f"{sentences:,} câu, {syllables:,} âm tiết, {features:,} đặc trưng", err=True)


def _table(counts: dict[str, Counts]) -> None:
    click.echo(f"  {'nhãn':8} {'P':>6} {'R':>6} {'F1':>6} {'tp':>5} {'fp':>5} {'fn':>5}")
    for label, c in counts.items():
        click.echo(f"  {label:8} {c.precision:6.3f} {c.recall:6.3f} {c.f1:6.3f} {c.tp:5} {c.fp:5} {c.fn:5}")


def _judge(material: Material, corpus: Path, gold: Path | None, skip: tuple[str, ...]) -> None:
    """Compare ways of finding names; each letter of the corpus with a model that never saw its issuer."""
    from extractor.ingest import read_source
    from extractor.likeness import Likeness
    from extractor.names_model import judge as j
    from extractor.names_model.tagger import Tagger, tagger
    from extractor.names_model.training import part_of
    from extractor.pipeline import load
    from extractor.stages.names import use_own

    book, like = material.book, Likeness(material.book)
    rules, other, own = (load(ner=ner) for ner in ("none", "underthesea", "own"))
    issuers = {letter.name: letter.issuer for letter in material.letters}

    def ways(model: Tagger) -> dict[str, Any]:
        return {
            "chỉ quy tắc": (rules, j.of_pipeline),
            "quy tắc + underthesea": (other, j.of_pipeline),
            "quy tắc + mô hình": (own, j.of_pipeline),
            "chỉ underthesea": (rules, j.of_model(j.underthesea_entities)),
            "chỉ mô hình": (rules, j.of_model(model.entities)),
        }

    total = {way: j.Judgement() for way in ways(tagger())}
    marks = j.read_marks(corpus / "names.yaml")
    with tempfile.TemporaryDirectory() as place:
        for part in range(_FOLDS):
            trial = Path(place) / f"trial{part}.crf"
            click.echo(f"Luyện thử {part + 1}/{_FOLDS} …", err=True)
            material.train(trial, _say, part, _FOLDS)
            model = Tagger(trial)
            names = [n for n in marks if part_of(issuers.get(n, ""), _FOLDS) == part]
            sources = [(n, read_source((corpus / "letters" / n).read_bytes(), n, book)) for n in names]
            with use_own(model):
                found = j.judge(ways(model), ((n, s, marks[n], None) for n, s in sources), like)
            for way, judgement in found.items():
                total[way].add(judgement)
    click.echo(f"{len(marks)} văn bản của corpus/ có đánh dấu tên")
    for way, judgement in total.items():
        click.echo(way)
        _table(judgement.marks)
    if gold is None:
        return
    texts = ((g["source"], s, None, g) for g, s in j.gold_texts(gold, skip, book))
    click.echo(
        f"Tên cơ quan trong đáp án ở {gold} được nhắc thấy (người làm, người phối hợp …; dòng Nơi nhận)"
    )
    for way, judgement in j.judge(ways(tagger()), texts, like).items():
        a, r = judgement.acting, judgement.recipients
        shown = (f"{c.tp:5}/{c.tp + c.fn:<4} {c.recall:6.3f}" for c in (a, r))
        click.echo(f"  {way:24} {' '.join(shown)}")
