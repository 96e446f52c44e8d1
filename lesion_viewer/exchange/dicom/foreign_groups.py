"""What other programs measured, carried from the reports that came in into those that leave.

Measurement groups that are not of this program are copied as they stand, with the images that they
refer to and the observers of their report. What a report may not hold stays in the one it came in,
which the new one names as its predecessor (DICOM PS3.3 C.17.2).
"""

import copy
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.sequence import Sequence as Items

from lesion_viewer.exchange.dicom import codes
from lesion_viewer.exchange.dicom.content_items import (
    coded,
    is_named,
    items,
    measurement_groups,
    text,
    tracking_uid,
)

BY_VALUE = frozenset(
    ("TEXT", "CODE", "NUM", "DATETIME", "DATE", "TIME", "UIDREF", "PNAME", "COMPOSITE", "IMAGE")
    + ("WAVEFORM", "SCOORD", "CONTAINER")
)
"""Value types of a Comprehensive SR (PS3.3 A.35.3); a Comprehensive 3D SR has SCOORD3D as well."""
IN_SPACE = "SCOORD3D"
OF_STUDY, OF_OTHERS = "CurrentRequestedProcedureEvidenceSequence", "PertinentOtherEvidenceSequence"
Reference = tuple[str, str, str, str]
"""Study, series, SOP class and SOP instance."""


@dataclass(slots=True)
class Carried:
    """What of other programs' reports goes into a new one.

    Attributes
    ----------
    groups : list[Dataset]
        Of what the review says nothing about.
    former : list[Dataset]
        Of what the review says something about as well, or may.
    evidence : set[Reference]
        The objects that they refer to.
    staying : dict[str, int]
        Why groups stay in their report -> how many do.
    """

    groups: list[Dataset] = field(default_factory=list)
    former: list[Dataset] = field(default_factory=list)
    evidence: set[Reference] = field(default_factory=set)
    staying: dict[str, int] = field(default_factory=dict)


def foreign_groups(report: Dataset) -> Iterator[Dataset]:
    """The measurement groups of a report that another program wrote, wherever they are now.

    Parameters
    ----------
    report : Dataset
        Of ours, or of another program.

    Yields
    ------
    Dataset
        Containers, in the order of the report.
    """
    kept = {id(group) for part in _former_parts(report) for group in measurement_groups(part)}
    groups = list(measurement_groups(report))
    ours = {tracking_uid(g) for g in groups if id(g) not in kept and is_ours(g)} - {""}
    for group in groups:
        if id(group) in kept or not (is_ours(group) or tracking_uid(group) in ours):
            yield group


def is_ours(group: Dataset) -> bool:
    """Whether a measurement group says of itself that this program wrote it.

    Parameters
    ----------
    group : Dataset
        Container.
    """
    return coded(group, codes.ASSESSMENT)[0] != "" or text(group, codes.SHAPE) != ""


def carried(
    reports: Sequence[Dataset],
    ours: Collection[str],
    unwanted: Collection[str],
    known: Collection[str],
    is_3d: bool,
) -> Carried:
    """What of some reports goes into a new one; what several of them hold goes once.

    Parameters
    ----------
    reports : Sequence[Dataset]
        The former ones, in UTF-8.
    ours : Collection[str]
        Tracking UIDs of what the review says something about.
    unwanted : Collection[str]
        Tracking UIDs of what is left out of the new report by choice.
    known : Collection[str]
        SOP Instance UIDs that the new report refers to anyway.
    is_3d : bool
        Whether the new report may hold coordinates in space.

    Returns
    -------
    Carried
        Copies; the reports stay as they are.
    """
    found, seen = Carried(), set()
    for report in reports:
        evidence, observers = _evidence(report), list(_observers(report))
        for group in foreign_groups(report):
            used = _references(group)
            reason = _obstacle(group, is_3d, used <= {*evidence, *known}, bool(observers))
            if tracking_uid(group) in unwanted:
                reason = "is of a finding that the review rejects"
            if reason:
                found.staying[reason] = found.staying.get(reason, 0) + 1
                continue
            one = copy.deepcopy(group)
            if not any(is_named(item, codes.OBSERVER_TYPE) for item in items(one)):
                one.ContentSequence.extend(copy.deepcopy(observers))
            if (content := _bytes(one)) in seen:
                continue
            seen.add(content)
            uid = tracking_uid(one)
            (found.former if not uid or uid in ours else found.groups).append(one)
            found.evidence |= {evidence[name] for name in used if name in evidence}
    return found


def require_whole(report: Dataset) -> None:
    """Raise where a report is damaged so that nothing of it could be carried, nor named.

    Parameters
    ----------
    report : Dataset
        In UTF-8.

    Raises
    ------
    ValueError
        Where it does not say which report it is; and whatever pydicom finds wrong.
    """
    for name in ("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"):
        if not report.get(name):
            raise ValueError(f"it has no {name}")
    carried([report], (), (), (), is_3d=True)


def add_evidence(report: Dataset, references: Collection[Reference]) -> None:
    """Enter objects into those that a report refers to, each once.

    Parameters
    ----------
    report : Dataset
        It is changed.
    references : Collection[Reference]
        Of its study, or of others.
    """
    there = _evidence(report)
    for study, series, sop_class, instance in sorted(references):
        if instance in there:
            continue
        name = OF_STUDY if study == report.StudyInstanceUID else OF_OTHERS
        if name not in report:
            setattr(report, name, Items())
        of_study = _entry(report[name].value, "StudyInstanceUID", study, "ReferencedSeriesSequence")
        of_series = _entry(
            of_study.ReferencedSeriesSequence, "SeriesInstanceUID", series, "ReferencedSOPSequence"
        )
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, instance
        of_series.ReferencedSOPSequence.append(item)


def add_schemes(report: Dataset, former: Sequence[Dataset]) -> None:
    """Enter the coding schemes that former reports identify, each once.

    Parameters
    ----------
    report : Dataset
        It is changed.
    former : Sequence[Dataset]
        Whose terms it holds.
    """
    schemes = report.CodingSchemeIdentificationSequence
    names = {scheme.CodingSchemeDesignator for scheme in schemes}
    for one in former:
        for scheme in one.get("CodingSchemeIdentificationSequence") or ():
            if scheme.get("CodingSchemeDesignator") not in names:
                names.add(scheme.CodingSchemeDesignator)
                schemes.append(copy.deepcopy(scheme))


def _former_parts(report: Dataset) -> Iterator[Dataset]:
    return items(report, "CONTAINER", codes.FORMER_PART)


def _obstacle(group: Dataset, is_3d: bool, is_referred: bool, is_observed: bool) -> str:
    """Why a group cannot be copied; empty where it can."""
    kinds = {str(item.get("ValueType", "")) for item in _all_items(group)}
    if any("ReferencedContentItemIdentifier" in item for item in _all_items(group)):
        return "refers to other parts of its report"
    if IN_SPACE in kinds and not is_3d:
        return "has coordinates in space, and the images have no Frame of Reference UID"
    if kinds - BY_VALUE - {IN_SPACE}:
        return "has content of a kind that a measurement report may not hold"
    if not is_referred:
        return "refers to objects that its report does not list"
    has_own = any(is_named(item, codes.OBSERVER_TYPE) for item in items(group))
    return "" if is_observed or has_own else "does not say who observed it"


def _all_items(item: Dataset) -> Iterator[Dataset]:
    yield item
    for below in items(item):
        yield from _all_items(below)


def _references(group: Dataset) -> set[str]:
    """SOP Instance UIDs of all objects that a group refers to."""
    return {str(e.value) for e in group.iterall() if e.keyword == "ReferencedSOPInstanceUID"}


def _observers(report: Dataset) -> Iterator[Dataset]:
    """Who observed what a report says (TID 1002); nothing where it does not say."""
    context = [item for item in items(report) if item.get("RelationshipType") == "HAS OBS CONTEXT"]
    return iter(context if any(is_named(i, codes.OBSERVER_TYPE) for i in context) else ())


def _evidence(report: Dataset) -> dict[str, Reference]:
    """SOP Instance UID -> reference, of all that a report lists."""
    found: dict[str, Reference] = {}
    for name in (OF_STUDY, OF_OTHERS):
        for study in report.get(name) or ():
            for series in study.get("ReferencedSeriesSequence") or ():
                for one in series.get("ReferencedSOPSequence") or ():
                    uid = str(one.ReferencedSOPInstanceUID)
                    found[uid] = (
                        str(study.StudyInstanceUID),
                        str(series.SeriesInstanceUID),
                        str(one.ReferencedSOPClassUID),
                        uid,
                    )
    return found


def _entry(entries: Items, name: str, uid: str, below: str) -> Dataset:
    """The item of a UID, made where there is none."""
    for entry in entries:
        if entry.get(name) == uid:
            return entry
    entry = Dataset()
    setattr(entry, name, uid)
    setattr(entry, below, Items())
    entries.append(entry)
    return entry


def _bytes(group: Dataset) -> bytes:
    buffer = DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = True, False
    write_dataset(buffer, group)
    return buffer.getvalue()
