"""What an archive answers to a search, in either protocol."""

from pydicom.dataset import Dataset

from lesion_viewer.exchange.pacs.archive import FoundStudy


def found_study(answer: Dataset) -> FoundStudy:
    """The study of an answer.

    Parameters
    ----------
    answer : Dataset
        Of a search for studies (PS3.4 C.6.2.1.2).

    Returns
    -------
    FoundStudy
        With empty texts where the archive says nothing.
    """
    date = str(answer.get("StudyDate") or "")
    modalities = answer.get("ModalitiesInStudy") or ""
    names = [modalities] if isinstance(modalities, str) else map(str, modalities)
    return FoundStudy(
        str(answer.get("StudyInstanceUID") or ""),
        str(answer.get("PatientID") or ""),
        str(answer.get("PatientName") or ""),
        f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 else date,
        ", ".join(names),
        str(answer.get("StudyDescription") or ""),
        int(answer.get("NumberOfStudyRelatedInstances") or 0),
    )
