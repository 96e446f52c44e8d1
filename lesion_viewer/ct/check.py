"""The report of ``lesion-viewer check`` on a path, in JSON types and as lines of text."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lesion_viewer.ct.study import Collection, Series, Study
from lesion_viewer.ct.volume.loading import THREADS
from lesion_viewer.errors import CTError, one_line
from lesion_viewer.geometry.stack import orientation_letters


def collection_report(found: Collection) -> dict[str, Any]:
    """What was read of a path, its faults and the files left out, in JSON types.

    Every slice is decoded once, so that the report also names the slices that cannot be decoded.

    Parameters
    ----------
    found : Collection
        The opened path.

    Returns
    -------
    dict[str, Any]
        ``path``, ``key``, ``series``, ``left_out`` and ``studies``; in each series ``orientation``
        is that of the stored pixels and ``shown_orientation`` that of the displayed image. Patients
        are numbered, their IDs are not told.
    """
    return {
        "path": str(found.path),
        "key": found.key,
        "series": [_series_report(s) for s in found.series],
        "left_out": [{"file": f.file, "reason": f.reason} for f in found.left_out],
        "studies": [_study_report(s) for s in found.studies],
    }


def report_lines(report: dict[str, Any]) -> list[str]:
    """A report as lines to print: each series with its faults, then the files left out.

    Parameters
    ----------
    report : dict[str, Any]
        The answer of ``collection_report``.

    Returns
    -------
    list[str]
        One printable line per entry.
    """
    studies = report["studies"]
    among = f" of {len(studies)} studies" if len(studies) > 1 else ""
    lines = [f"{report['path']}: {len(report['series'])} series{among}"]
    first_of = {study["series"][0]: study for study in studies if among}
    for series in report["series"]:
        if study := first_of.get(series["uid"]):
            lines.append(_study_line(study))
        lines.append(_series_line(series))
        lines += [f"  fault: {fault['text']}" for fault in series["faults"]]
        lines += [f"  unreadable: Im {u['image']} {u['reason']}" for u in series["unreadable"]]
    if report["left_out"]:
        lines.append(f"files left out: {len(report['left_out'])}")
    lines += [f"  {f['file']} {f['reason']}" for f in report["left_out"]]
    return [one_line(line) for line in lines]


def _study_report(study: Study) -> dict[str, Any]:
    return {
        "uid": study.uid,
        "key": study.key,
        "patient": study.patient,
        "date": study.date,
        "description": study.description,
        "series": [series.uid for series in study.series],
    }


def _study_line(study: dict[str, Any]) -> str:
    patient = "patient unknown" if study["patient"] is None else f"patient {study['patient']}"
    return "study: " + ", ".join(filter(None, (patient, study["description"])))


def _series_report(series: Series) -> dict[str, Any]:
    window = series.file_window
    shown = series.turn.affine(series.affine, *series.shape[1:])
    return {
        "uid": series.uid,
        "study_uid": series.study_uid,
        "modality": series.modality,
        "description": series.description,
        "number": series.number,
        "shape": list(series.shape),
        "spacing_mm": list(series.spacing_mm) if series.spacing_mm else None,
        "orientation": list(orientation_letters(series.affine))
        if series.affine is not None
        else None,
        "shown_orientation": list(orientation_letters(shown)) if shown is not None else None,
        "window": [window.width, window.level] if window else None,
        "first_file": series.slices[0].file,
        "last_file": series.slices[-1].file,
        "faults": [{"code": f.code, "text": f.text} for f in series.faults],
        "unreadable": _unreadable(series),
    }


def _unreadable(series: Series) -> list[dict[str, Any]]:
    """The slices that cannot be decoded, counted from 1 as on screen, with the reason."""

    def reason(slice_index: int) -> str:
        try:
            series.decode(slice_index)
        except CTError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(THREADS) as pool:
        reasons = pool.map(reason, range(series.shape[0]))
        return [{"image": i, "reason": text} for i, text in enumerate(reasons, 1) if text]


def _series_line(series: dict[str, Any]) -> str:
    slices, rows, columns = series["shape"]
    parts = [series["modality"], series["description"], f"{slices} slices of {rows} x {columns}"]
    if series["spacing_mm"]:
        between, down, across = series["spacing_mm"]
        parts.append(f"{across:.2f} x {down:.2f} x {between:.2f} mm")
    else:
        parts.append("unknown spacing")
    if series["orientation"]:
        parts.append(_letters_text(series["shown_orientation"]))
    if series["orientation"] != series["shown_orientation"]:
        parts.append(f"stored with {_letters_text(series['orientation'])}")
    return "series: " + ", ".join(part for part in parts if part)


def _letters_text(letters: list[str]) -> str:
    left, right, top, bottom = letters
    return f"{left} left, {right} right, {top} top, {bottom} bottom"
