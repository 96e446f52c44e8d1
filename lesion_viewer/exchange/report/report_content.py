"""What a report says: how the study was read, and each lesion in the words of a dictation."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from lesion_viewer import __version__
from lesion_viewer.exchange.report.comparison import Comparison
from lesion_viewer.exchange.report.reading_rows import minute_text, reading_rows
from lesion_viewer.exchange.report.reported_lesions import (
    ReportedLesion,
    Size,
    SlicePlace,
    reported_lesions,
)
from lesion_viewer.exchange.report.volume_texts import lesion_volume_text, liver_rows
from lesion_viewer.exchange.same_pictures import SeriesOf
from lesion_viewer.review.finding import Finding, Origin, OriginKind, Status
from lesion_viewer.review.followup.lesion import LESIONS
from lesion_viewer.review.reading_mode import Phase
from lesion_viewer.review.session import Session

TITLE, PATIENT = "CT lesion report", "Patient"
LESIONS_OF = {
    "bone": "Bone lesion",
    "abdomen": "Abdominal lesion",
    "mediastinum": "Mediastinal lesion",
    "liver": "Liver lesion",
    "lung": "Lung lesion",
    "kidney": "Kidney lesion",
    "soft tissue": "Soft tissue lesion",
    "pelvis": "Pelvic lesion",
}
"""What lesions of DeepLesion's types are called; others are named beside "Lesion"."""


@dataclass(frozen=True, slots=True)
class LesionText:
    """A lesion in words.

    Attributes
    ----------
    lesion : ReportedLesion
        What is told of.
    title : str
        What it is called, ``Liver lesion``.
    slice_text : str
        Where it lies.
    size_text : str
        How large it is, and by what.
    hu_text : str
        Its mean HU; empty where it is unknown.
    volume_text : str
        Its volume, and whose outlines that is from; empty where it is unknown.
    found_text : str
        Who found it, and whether before the detector's marks were seen.
    """

    lesion: ReportedLesion
    title: str
    slice_text: str
    size_text: str
    hu_text: str
    volume_text: str
    found_text: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that is said of it, as it would be dictated."""
        note, change = self.lesion.finding.note, self.lesion.change
        said = (
            f"{self.title}, {self.size_text}, {self.slice_text}.",
            f"Mean attenuation {self.hu_text}." if self.hu_text else "",
            f"Volume {self.volume_text}." if self.volume_text else "",
            change,
            f"Note: {note.rstrip('.')}." if note else "",
            f"{self.found_text}.",
        )
        return tuple(filter(None, said))


@dataclass(frozen=True, slots=True)
class ReportContent:
    """All that a report says.

    Attributes
    ----------
    head : tuple[tuple[str, str], ...]
        Names and values: study, reader, time, mode, detector.
    lesions : tuple[LesionText, ...]
        In their order.
    summary : tuple[str, ...]
        Sentences that count them, and what was left open.
    foot : tuple[str, ...]
        What the report is not, and what made it.
    """

    head: tuple[tuple[str, str], ...]
    lesions: tuple[LesionText, ...]
    summary: tuple[str, ...]
    foot: tuple[str, ...]

    def naming(self, patient: str) -> Self:
        """The same with a patient's name.

        Parameters
        ----------
        patient : str
            Who is named; empty for nobody.

        Returns
        -------
        Self
            The name in place of a former one.
        """
        others = tuple(row for row in self.head if row[0] != PATIENT)
        return replace(self, head=((PATIENT, patient), *others) if patient else others)


def report_content(
    session: Session,
    series_of: SeriesOf | None = None,
    comparison: Comparison | None = None,
) -> ReportContent:
    """What a report of a review says; nothing that is not known is said, and nobody is named.

    Parameters
    ----------
    session : Session
        The review.
    series_of : SeriesOf | None
        Function from series UID to series; None for a report without HU and pictures.
    comparison : Comparison | None
        How it compares with an earlier study; None where there is none.

    Returns
    -------
    ReportContent
        Of a second reader whose first read is not done, without a word on what is hidden.
    """
    compared = comparison or Comparison("")
    lesions = reported_lesions(session, series_of, compared.changes)
    head = _head(session, lesions)
    head += liver_rows(session, series_of)
    if compared.prior:
        head.append(("Compared with", compared.prior))
    return ReportContent(
        head=tuple(head),
        lesions=tuple(map(_lesion_text, lesions)),
        summary=(*_summary(session.reading.findings()), *compared.summary),
        foot=(
            "Sizes and HU are those of the marks that the reader accepted, corrected or drew;"
            " mean HU is that in the ellipse that fills the box.",
            f"Lesion Viewer {__version__}",
        ),
    )


def _head(session: Session, lesions: Sequence[ReportedLesion]) -> list[tuple[str, str]]:
    reading = session.reading.state
    rows = [("Study", study)] if (study := _study_text(lesions)) else []
    rows += [
        ("Read by", _readers_text(session)),
        *reading_rows(session),
    ]
    if not reading.are_marks_hidden:
        rows.append(("Detector", _detectors_text(session)))
    return rows


def _study_text(lesions: Sequence[ReportedLesion]) -> str:
    """Date and description of the study that the first readable series states."""
    stated = next((one.series.study for one in lesions if one.series is not None), None)
    return "" if stated is None else ", ".join(filter(None, (stated.date, stated.description)))


def _readers_text(session: Session) -> str:
    lesions = [f for f in session.findings.values() if f.status in LESIONS and f.decision]
    latest: dict[str, str] = {}
    for one in lesions:
        assert one.decision is not None
        reader, at = one.decision.reader, one.decision.decided_at
        latest[reader] = max(at, latest.get(reader, at))
    said = [f"{name or '(no name)'}, {minute_text(at)}" for name, at in latest.items()]
    return "; ".join(said) or "nobody has decided on a lesion"


def _detectors_text(session: Session) -> str:
    runs = [run.origin for run in session.state.runs.values()]
    found = [f.origin for f in session.findings.values() if f.origin.kind is OriginKind.MODEL]
    return "; ".join(map(_detector_text, dict.fromkeys([*runs, *found]))) or "none"


def _detector_text(origin: Origin) -> str:
    named = f"{origin.name} {origin.version}".rstrip()
    return f"{named} (SHA-256 {origin.sha256})" if origin.sha256 else named


def _lesion_text(lesion: ReportedLesion) -> LesionText:
    mean = "" if lesion.mean_hu is None else f"{lesion.mean_hu:.1f} HU"
    return LesionText(
        lesion,
        _title(lesion.finding.lesion_type),
        _slice_text(lesion),
        size_text(lesion.size),
        mean,
        lesion_volume_text(lesion.finding, lesion.series),
        _found_text(lesion.finding, lesion.phase),
    )


def _title(lesion_type: str) -> str:
    if not lesion_type:
        return "Lesion"
    return LESIONS_OF.get(lesion_type) or f"Lesion ({lesion_type})"


def _slice_text(lesion: ReportedLesion) -> str:
    number = lesion.series.number if lesion.series is not None else None
    parts = [f"series {number}"] if number is not None else []
    parts.append(image_text(lesion.place))
    if lesion.place.location_mm is not None:
        parts.append(f"location {lesion.place.location_mm:.1f} mm")
    if lesion.first.index != lesion.last.index:
        parts.append(f"seen on {_range_text(lesion.first, lesion.last)}")
    return ", ".join(parts)


def image_text(place: SlicePlace) -> str:
    """A slice by its file's number, with the place in the stack as the window counts it.

    Parameters
    ----------
    place : SlicePlace
        The slice.

    Returns
    -------
    str
        Such as ``image 76 (Im 46/120)``.
    """
    in_stack = f"Im {place.index + 1}/{place.count}"
    return in_stack if place.number is None else f"image {place.number} ({in_stack})"


def size_text(size: Size) -> str:
    """A size, and what it was taken from.

    Parameters
    ----------
    size : Size
        The size.

    Returns
    -------
    str
        Such as ``23 × 18 mm (long × short axis)``.
    """
    unit = "mm" if size.is_mm else "px"
    by = "long × short axis" if size.is_measured else "sides of the box"
    return f"{size.long:.0f} × {size.short:.0f} {unit} ({by})"


def _range_text(first: SlicePlace, last: SlicePlace) -> str:
    if first.number is None or last.number is None:
        return f"Im {first.index + 1} to {last.index + 1}"
    low, high = sorted((first.number, last.number))
    return f"images {low} to {high}"


def _found_text(finding: Finding, phase: Phase | None) -> str:
    match finding.origin.kind:
        case OriginKind.READER:
            text = "Added by the reader"
            if phase is Phase.BEFORE_MARKS:
                return f"{text} without the detector's marks"
            return f"{text} with the detector's marks in sight" if phase else text
        case OriginKind.MODEL:
            text = "Marked by the detector"
        case OriginKind.LABEL:
            text = "From the labels"
    is_corrected = finding.status is Status.CORRECTED
    return f"{text}, {'corrected' if is_corrected else 'accepted'} by the reader"


def _summary(findings: Sequence[Finding]) -> list[str]:
    counts = Counter(f.status for f in findings)
    total = sum(counts[status] for status in LESIONS)
    if not total:
        said = ["No lesion was accepted, corrected or added."]
    else:
        named = [f"{counts[s]} {s.value}" for s in Status if s in LESIONS and counts[s]]
        said = [f"{_counted(total, 'lesion')}: {', '.join(named)}."]
    for status, text in (
        (Status.UNSURE, "left unsure"),
        (Status.REJECTED, "rejected"),
        (Status.UNDECIDED, "not decided"),
    ):
        if counts[status]:
            said.append(f"{_counted(counts[status], 'finding')} {text}.")
    return said


def _counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count} {noun}s"
