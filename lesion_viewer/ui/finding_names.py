"""What a finding's status, type, origin and reason of a reject are called in the window.

Journals and files keep the English words.
"""

from lesion_viewer.detection.lesion_types import NUMBERS
from lesion_viewer.review.finding import OriginKind, Status
from lesion_viewer.text import Text
from lesion_viewer.ui.texts import tr

_STATUSES = {
    Status.UNDECIDED: Text("undecided"),
    Status.ACCEPTED: Text("accepted"),
    Status.CORRECTED: Text("corrected"),
    Status.REJECTED: Text("rejected"),
    Status.ADDED: Text("added"),
    Status.UNSURE: Text("unsure"),
}

_ORIGINS = {
    OriginKind.MODEL: Text("model"),
    OriginKind.READER: Text("drawn"),
    OriginKind.LABEL: Text("label"),
}

_TYPES = (
    Text("bone"),
    Text("abdomen"),
    Text("mediastinum"),
    Text("liver"),
    Text("lung"),
    Text("kidney"),
    Text("soft tissue"),
    Text("pelvis"),
)

REJECT_REASONS = (
    Text("vessel"),
    Text("artefact"),
    Text("normal structure"),
    Text("benign other"),
    Text("duplicate"),
    Text("bad box"),
    Text("other"),
)
"""Why a candidate is no lesion, to choose from."""


def status_name(status: Status) -> str:
    """A status in the reader's language.

    Parameters
    ----------
    status : Status
        Status of a finding.

    Returns
    -------
    str
        A word such as "undecided".
    """
    return tr(_STATUSES[status])


def origin_name(kind: OriginKind) -> str:
    """What proposed a finding, in the reader's language.

    Parameters
    ----------
    kind : OriginKind
        Kind of a finding's origin.

    Returns
    -------
    str
        A word such as "model", "drawn" or "label".
    """
    return tr(_ORIGINS[kind])


def type_name(lesion_type: str) -> str:
    """A lesion type in the reader's language, where it is one of DeepLesion's.

    Parameters
    ----------
    lesion_type : str
        As the finding has it; empty for none.

    Returns
    -------
    str
        Such as "soft tissue"; a type of the reader's own is as it was written.
    """
    return tr(lesion_type) if lesion_type in NUMBERS else lesion_type


def type_called(name: str) -> str:
    """The lesion type that has a name in the reader's language.

    Parameters
    ----------
    name : str
        What ``type_name`` gives, in any case, or a reader's own words.

    Returns
    -------
    str
        One of DeepLesion's, or the words themselves.
    """
    known = {tr(text).casefold(): str(text) for text in _TYPES}
    return known.get(name.strip().casefold(), name)


def reason_name(reason: str) -> str:
    """The reason of a reject in the reader's language, where it is one of those to choose from.

    Parameters
    ----------
    reason : str
        As the finding has it; empty for none.

    Returns
    -------
    str
        Such as "vessel"; another program's reason is as it was written.
    """
    return tr(reason) if reason in REJECT_REASONS else reason
