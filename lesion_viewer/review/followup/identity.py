"""Whether two studies are of one patient, as far as their files say."""

from enum import Enum

from lesion_viewer.ct.study import Study


class Identity(Enum):
    """What the Patient IDs of two studies say."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"  # one of the studies names no patient


def identity_of(first: Study, second: Study) -> Identity:
    """Whether two studies are of one patient.

    Parameters
    ----------
    first, second : Study
        Two studies.

    Returns
    -------
    Identity
        The same where a Patient ID is, and no two issuers of it are named.

    Notes
    -----
    DICOM PS3.3 C.7.1.1 and 10.8: Patient ID is unique within its issuer. Names are not compared:
    they are spelled in many ways, and shared by many people.
    """
    a, b = _stated(first), _stated(second)
    if not a or not b:
        return Identity.UNKNOWN
    is_same = any(
        one == other and (not issuer or not other_issuer or issuer == other_issuer)
        for one, issuer in a
        for other, other_issuer in b
    )
    return Identity.SAME if is_same else Identity.DIFFERENT


def _stated(study: Study) -> set[tuple[str, str]]:
    headers = (series.study for series in study.series)
    stated = {(header.patient_id.strip(), header.issuer.strip()) for header in headers}
    return {(number, issuer) for number, issuer in stated if number}
