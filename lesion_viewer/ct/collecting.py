"""The studies that series belong to: one for each Study Instance UID and patient, or folder."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from lesion_viewer.ct.images.png_folder import image_folder, png_key
from lesion_viewer.ct.study import Collection, LeftOut, Series, Study, StudyHeader

_Patient = tuple[str, str]  # Patient ID and its issuer; both empty where no file names a patient
_NOBODY: _Patient = ("", "")


def collected(
    path: Path, dicom: Sequence[Series], pngs: Sequence[Series], left_out: Iterable[LeftOut]
) -> Collection:
    """The collection of series that were found under a path.

    Parameters
    ----------
    path : Path
        The opened path, absolute.
    dicom : Sequence[Series]
        Series of DICOM files, in the order in which they are listed.
    pngs : Sequence[Series]
        Series of PNGs, by uid.
    left_out : Iterable[LeftOut]
        Files that are not part of any series.

    Returns
    -------
    Collection
        Without studies where there are no series.
    """
    return Collection(
        path=path,
        key=_common_key(dicom) if dicom else png_key(pngs),
        studies=(*_dicom_studies(dicom), *_png_studies(pngs)),
        left_out=tuple(sorted(left_out, key=lambda f: (f.file, f.reason))),
    )


def study_key(*uids: str) -> str:
    """The key of a study; of several UIDs that of all the studies together.

    Parameters
    ----------
    *uids : str
        Study Instance UID; the Series Instance UID of a series without one.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return sha256("\n".join(uids).encode("utf-8", "surrogateescape")).hexdigest()


def _dicom_studies(series: Sequence[Series]) -> list[Study]:
    """The studies, by patient, date and UID; two patients never share one."""
    groups: dict[tuple[str, _Patient], list[Series]] = defaultdict(list)
    for uid, members in _by_uid(series).items():
        named = _named(members)
        for one in members:
            groups[uid, _patient_of(one, named)].append(one)
    patients = _named(series)
    numbers = {patient: n for n, patient in enumerate(sorted(set(patients.values())), 1)}
    studies = [
        _study_of(uid, members, numbers.get(patients.get(patient, patient)))
        for (uid, patient), members in groups.items()
    ]
    return sorted(studies, key=lambda s: (s.patient is None, s.patient, s.date, s.series[0].uid))


def _study_of(uid: str, series: Sequence[Series], patient: int | None) -> Study:
    dates = sorted({one.study.date for one in series} - {""})
    descriptions = (one.study.description for one in series)
    return Study(
        key=study_key(uid),
        series=tuple(series),
        uid=series[0].study_uid,
        patient=patient,
        date=dates[0] if dates else "",
        description=next(filter(None, descriptions), ""),
    )


def _png_studies(series: Sequence[Series]) -> list[Study]:
    groups: dict[str, list[Series]] = defaultdict(list)
    for one in series:
        groups[image_folder(one)].append(one)
    return [
        Study(png_key(members), tuple(members), description=folder)
        for folder, members in groups.items()
    ]


def _by_uid(series: Iterable[Series]) -> dict[str, list[Series]]:
    """The series by Study Instance UID; one without is a study of its own, under its own UID."""
    groups: dict[str, list[Series]] = defaultdict(list)
    for one in series:
        groups[one.study_uid or one.uid.partition("#")[0]].append(one)
    return groups


def _named(series: Iterable[Series]) -> dict[_Patient, _Patient]:
    """Each patient that is named -> the same with the issuer that other files give."""
    found = {_stated(one.study) for one in series} - {_NOBODY}
    issuers: dict[str, set[str]] = defaultdict(set)
    for number, issuer in found:
        issuers[number] |= {issuer} - {""}
    known = {number: next(iter(one)) for number, one in issuers.items() if len(one) == 1}
    return {(number, issuer): (number, issuer or known.get(number, "")) for number, issuer in found}


def _patient_of(series: Series, named: dict[_Patient, _Patient]) -> _Patient:
    """The patient of a series; where none is stated, the only one that its study names."""
    patients = set(named.values())
    stated = _stated(series.study)
    if stated == _NOBODY and len(patients) == 1:
        return next(iter(patients))
    return named.get(stated, stated)


def _stated(header: StudyHeader) -> _Patient:
    return (header.patient_id, header.issuer) if header.patient_id else _NOBODY


def _common_key(series: Iterable[Series]) -> str:
    return study_key(*sorted(_by_uid(series)))
