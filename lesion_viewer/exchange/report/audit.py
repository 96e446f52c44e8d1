"""The audit report of a review as one HTML file: each decision with its reader, time and boxes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from lesion_viewer import NOT_A_DEVICE, __version__
from lesion_viewer.exchange.report.pictures import picture_of
from lesion_viewer.exchange.report.reading_rows import reading_rows
from lesion_viewer.exchange.same_pictures import SeriesOf
from lesion_viewer.exchange.tables.slice_names import image_name
from lesion_viewer.review.finding import Finding, OriginKind
from lesion_viewer.review.readers.agreement import slices_left
from lesion_viewer.review.series_record import SeriesRecord
from lesion_viewer.review.session import Session
from lesion_viewer.review.times import moment
from lesion_viewer.system.atomic_files import save_bytes

SAMPLE = 12
"""Largest number of findings with pictures."""

STYLE = """
body { font: 14px sans-serif; margin: 2em auto; padding: 0 2em; max-width: 84em; color: #222; }
table { border-collapse: collapse; margin: 1em 0; }
td, th { border: 1px solid #bbb; padding: .25em .6em; text-align: left; vertical-align: top; }
.decisions td { overflow-wrap: anywhere; min-width: 5.5em; }
.decisions td:nth-child(3) { min-width: 15em; }
.notice { border: 1px solid #999; padding: .5em 1em; background: #f4f4f4; }
figure { display: inline-block; margin: .5em; vertical-align: top; }
img { width: 240px; image-rendering: pixelated; }
figcaption { max-width: 240px; font-size: 12px; overflow-wrap: anywhere; }
"""


def export_report(session: Session, path: Path, series_of: SeriesOf | None = None) -> str:
    """Write the audit report and return the number of decisions in it.

    It names no patient. Readers appear under the names that they gave.

    Parameters
    ----------
    session : Session
        Review to report on.
    path : Path
        HTML file to write.
    series_of : SeriesOf | None
        Function from series UID to series; None for a report without pictures. A slice that cannot
        be read gets no picture.

    Returns
    -------
    str
        The number of decisions as a text, ``12 decisions``.

    Raises
    ------
    ExchangeError
        Where the file cannot be written.
    """
    decided = sorted(
        (f for f in session.findings.values() if f.decision is not None), key=_decided_at
    )
    series = session.pictures.series()
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8"><title>Review of lesions</title>',
        f"<style>{STYLE}</style></head><body><h1>Review of lesions</h1>",
        f'<p class="notice">{escape(NOT_A_DEVICE)}</p>',
        _head(session),
        "<h2>What was decided</h2>",
        _counts(session.findings.values()),
        _readers(decided) if decided else "<p>Nothing is decided yet.</p>",
        *_imports(session),
    ]
    if decided:
        parts += [
            "<h2>Each decision</h2>",
            "<p>Boxes in pixels: left, top, right, bottom.</p>",
            _decisions(decided, series),
            "<h2>A sample, before and after</h2>",
            _sample(decided, series, series_of),
        ]
    parts.append("</body></html>")
    save_bytes(path, "\n".join(parts).encode("utf-8", "replace"))
    return f"{len(decided):,} decisions"


def _head(session: Session) -> str:
    name, sha256 = session.files.imported_labels or ("none", "")
    read = sum(is_read for is_read in session.read_in_full().values())
    rows = [
        ("written", _time_text(datetime.now(UTC).isoformat())),
        ("by", f"Lesion Viewer {__version__}"),
        ("annotations", name),
        *([("SHA-256 of the annotations", sha256)] if sha256 else []),
        ("findings", str(len(session.findings))),
        ("slices with an undecided label", str(slices_left(session))),
        ("slices or series read in full", str(read)),
        *((name.lower(), value) for name, value in reading_rows(session)),
        ("detectors", ", ".join(sorted(_models(session.findings.values()))) or "none"),
    ]
    return _table((), rows)


def _models(findings: Iterable[Finding]) -> set[str]:
    return {
        f"{f.origin.name} {f.origin.version} (sha256 {f.origin.sha256[:16]})"
        for f in findings
        if f.origin.kind is OriginKind.MODEL
    }


def _counts(findings: Iterable[Finding]) -> str:
    counted = Counter((f.origin.kind.value, f.status.value) for f in findings)
    rows = [(kind, status, str(count)) for (kind, status), count in sorted(counted.items())]
    return _table(("origin", "status", "findings"), rows)


def _readers(decided: Sequence[Finding]) -> str:
    times: dict[str, list[str]] = {}
    for finding in decided:
        assert finding.decision is not None
        times.setdefault(finding.decision.reader, []).append(finding.decision.decided_at)
    rows = [
        (reader or "(no name)", str(len(at)), _time_text(min(at)), _time_text(max(at)))
        for reader, at in times.items()
    ]
    return _table(("reader", "latest decisions on findings", "first", "last"), rows)


def _imports(session: Session) -> list[str]:
    """What was taken from files, and by whom; the decisions in them keep their readers."""
    rows = []
    for one in session.files.imports():
        found = [session.findings[i] for i in one.findings if i in session.findings]
        readers = sorted({f.decision.reader or "(no name)" for f in found if f.decision})
        rows.append(
            (
                _time_text(one.at),
                one.importer or "(no name)",
                one.source.name,
                one.source.sha256,
                str(len(one.findings)),
                ", ".join(readers),
            )
        )
    columns = "when", "imported by", "file", "SHA-256", "findings", "decisions on them now by"
    return ["<h2>What was imported</h2>", _table(columns, rows)] if rows else []


def _decisions(decided: Sequence[Finding], series: dict[str, SeriesRecord]) -> str:
    columns = (
        *("when", "who", "slice", "what", "box before", "box after"),
        *("reason", "note", "former readings"),
    )
    rows = []
    for finding in decided:
        assert finding.decision is not None
        for i in sorted(finding.boxes.keys() | finding.original_boxes.keys()):
            before, after = finding.original_boxes.get(i), finding.boxes.get(i)
            rows.append(
                (
                    _time_text(finding.decision.decided_at),
                    finding.decision.reader,
                    _slice_text(finding, i, series),
                    finding.status.value,
                    _box_text(before.as_tuple() if before else ()),
                    _box_text(after.as_tuple() if after else ()),
                    finding.reason,
                    finding.note,
                    "; ".join(
                        f"{r.reader}: {r.status.value}"
                        f" {_box_text(r.boxes[i].as_tuple()) if i in r.boxes else ''}".strip()
                        for r in finding.readings
                    ),
                )
            )
    used = [n for n, cells in enumerate(zip(*rows, strict=True)) if any(cells)]
    shown = [tuple(row[n] for n in used) for row in rows]
    return _table([columns[n] for n in used], shown, "decisions")


def _sample(
    decided: Sequence[Finding],
    series: dict[str, SeriesRecord],
    series_of: SeriesOf | None,
) -> str:
    if series_of is None:
        return "<p>No pictures: no folder of images was given.</p>"
    figures = []
    for finding in spread(decided, SAMPLE):
        picture = picture_of(finding, series.get(finding.series_uid), series_of)
        if picture:
            text = f"{finding.status.value}, {_slice_text(finding, finding.key_slice, series)}"
            source = f"data:image/png;base64,{picture}"
            caption = f"<figcaption>{escape(text)}</figcaption>"
            figures.append(f'<figure><img alt="" src="{source}">{caption}</figure>')
    if not figures:
        return "<p>No pictures: the images of the findings could not be read.</p>"
    return "<p>Dashed: box before. Solid: box after.</p>" + "\n".join(figures)


def spread(decided: Sequence[Finding], count: int) -> list[Finding]:
    """A sample of findings: as many of each status as possible, spread over the time.

    Parameters
    ----------
    decided : Sequence[Finding]
        Decided findings in the order of their decisions.
    count : int
        Largest number of findings.

    Returns
    -------
    list[Finding]
        Up to ``count`` findings, in the order in which they were made.
    """
    of_status: dict[str, list[Finding]] = {}
    for finding in decided:
        of_status.setdefault(finding.status.value, []).append(finding)
    chosen: list[Finding] = []
    for left, group in enumerate(sorted(of_status.values(), key=len)):
        share = max((count - len(chosen)) // (len(of_status) - left), 0)
        step = max(len(group) / share, 1) if share else 0
        chosen += [group[int(n * step)] for n in range(min(share, len(group)))]
    return sorted(chosen, key=lambda f: f.arrival)


def _slice_text(finding: Finding, index: int, series: dict[str, SeriesRecord]) -> str:
    record = series.get(finding.series_uid)
    name = image_name(record, index) if record else finding.series_uid
    number = record.instance_number(index) if record else None
    quoted = "" if number in (None, index + 1) else f" (instance {number})"
    return f"Im {index + 1}{quoted}, {name}"


def _time_text(at: str) -> str:
    """A time in ISO 8601 as UTC to the second."""
    return f"{moment(at).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _box_text(corners: Sequence[float]) -> str:
    return ", ".join(f"{corner:.1f}" for corner in corners)


def _decided_at(finding: Finding) -> str:
    return finding.decision.decided_at if finding.decision else ""


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], style: str = "") -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f'<table class="{style}">{f"<tr>{head}</tr>" if head else ""}\n{body}</table>'
