"""An archive that speaks DICOMweb (DICOM PS3.18), by dicomweb-client."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from dicomweb_client import DICOMwebClient
from pydicom.dataset import Dataset
from requests.auth import AuthBase, HTTPBasicAuth

from lesion_viewer.errors import ExchangeError
from lesion_viewer.exchange.dicom.files import file_bytes, read_file
from lesion_viewer.exchange.pacs.archive import Cancelled, FoundStudy, Progress, Query
from lesion_viewer.exchange.pacs.found import found_study
from lesion_viewer.exchange.pacs.incoming import IncomingStudy

ANSWER_S = 30.0
FIELDS = (
    "StudyInstanceUID",
    "PatientID",
    "PatientName",
    "StudyDate",
    "ModalitiesInStudy",
    "StudyDescription",
    "NumberOfStudyRelatedInstances",
)
REFUSALS = {
    401: "wants a user and a password, or a token, that it knows",
    403: "does not allow it",
    404: "does not know this address",
    409: "did not take it",
    413: "does not take as much at once",
    503: "is not ready",
    507: "is out of space",
}
"""What a status of HTTP says (PS3.18 section 8.5)."""


class TokenAuth(AuthBase):
    """Sends a bearer token (RFC 6750).

    Parameters
    ----------
    token : str
        As the archive gave it.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with its token."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Session(requests.Session):
    """A session that trusts the authorities it was given, whatever the environment names."""

    def __init__(self, certificates: Path | None) -> None:
        super().__init__()
        self._certificates = certificates

    def merge_environment_settings(self, *of: Any, **by_name: Any) -> Any:
        settings = super().merge_environment_settings(*of, **by_name)
        if self._certificates is not None:
            settings["verify"] = str(self._certificates)
        return settings

    def send(self, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        # Orthanc's DICOMweb takes wildcards only as they are.
        for written, meant in (("%2A", "*"), ("%3F", "?")):
            request.url = (request.url or "").replace(written, meant)
        return super().send(request, **how)


class WebArchive:
    """An archive by the URL of its DICOMweb services.

    Parameters
    ----------
    url : str
        Such as ``https://pacs.example/dicom-web``.
    user : str
        For basic authentication; empty for none, or for a token.
    secret : str
        The user's password, or without a user a bearer token; empty for none.
    certificates : Path | None
        Authorities that are trusted beside nothing else, in PEM; the system's where left out.
    answer_s : float
        How long it may take to answer.

    Attributes
    ----------
    name : str
        The URL.
    """

    def __init__(
        self,
        url: str,
        user: str = "",
        secret: str = "",
        certificates: Path | None = None,
        answer_s: float = ANSWER_S,
    ) -> None:
        self.name = url
        session = _Session(certificates)
        if user:
            session.auth = HTTPBasicAuth(user, secret)
        elif secret:
            session.auth = TokenAuth(secret)
        self._client = DICOMwebClient(url, session=session, timeout=answer_s)
        self._client.set_http_retry_params(retry=False)

    def verify(self) -> None:
        """Ask whether it is there: a search for one study."""
        with self._told():
            self._client.search_for_studies(limit=1)

    def find(self, query: Query) -> list[FoundStudy]:
        """The studies that match (QIDO-RS).

        Parameters
        ----------
        query : Query
            What is looked for.

        Returns
        -------
        list[FoundStudy]
            The newest first.
        """
        wanted = {
            "PatientID": query.patient_id,
            # A caret must be escaped in a URL, which Orthanc's DICOMweb does not undo.
            "PatientName": query.patient_name.replace("^", "?"),
            "StudyDate": query.date,
            "ModalitiesInStudy": query.modality,
            "StudyDescription": query.description,
            "StudyInstanceUID": query.study_uid,
        }
        filters = {name: value for name, value in wanted.items() if value}
        with self._told():
            answers = _all_of(
                lambda offset: self._client.search_for_studies(
                    search_filters=filters, fields=list(FIELDS), offset=offset
                )
            )
            found = [found_study(answer) for answer in answers]
        return sorted(found, key=lambda study: study.date, reverse=True)

    def count(self, study_uid: str) -> int:
        """How many images a study has in the archive.

        Parameters
        ----------
        study_uid : str
            Study Instance UID.

        Returns
        -------
        int
            0 where the archive does not have the study.
        """
        with self._told():
            return len(
                _all_of(lambda offset: self._client.search_for_instances(study_uid, offset=offset))
            )

    def fetch(
        self, study_uid: str, into: IncomingStudy, progress: Progress, stop: threading.Event
    ) -> None:
        """Receive all images of a study in the transfer syntax that they are kept in (WADO-RS).

        Parameters
        ----------
        study_uid : str
            Study Instance UID.
        into : IncomingStudy
            Takes the images.
        progress : Progress
            Told after each image.
        stop : threading.Event
            Set from another thread to give up.

        Raises
        ------
        Cancelled
            Where ``stop`` was set.
        ExchangeError
            Where the archive refuses, stops answering, or sends what is not of the study.
        """
        kept = (("application/dicom", "*"),)
        with self._told():
            for image in self._client.iter_study(study_uid, media_types=kept):
                if stop.is_set():
                    raise Cancelled(f"{self.name}: the download was given up; nothing was kept")
                into.take(file_bytes(image))
                progress(len(into), 0)

    def send(self, files: Sequence[Path], progress: Progress) -> None:
        """Store files (STOW-RS), and ask for each whether it is there afterwards (QIDO-RS).

        Parameters
        ----------
        files : Sequence[Path]
            DICOM files.
        progress : Progress
            Told after each file.

        Raises
        ------
        ExchangeError
            Where a file is none, or the archive does not take it or does not have it afterwards.
        """
        sent = []
        for n, file in enumerate(files, 1):
            image = read_file(file)
            with self._told(file.name):
                answer = self._client.store_instances([image])
            failed = answer.get("FailedSOPSequence")
            if failed:
                reason = int(failed[0].get("FailureReason") or 0)
                raise ExchangeError(f"{self.name}: did not take {file.name}: {reason:#06x}")
            sent.append(image)
            progress(n, len(files))
        for file, image in zip(files, sent, strict=True):
            with self._told(file.name):
                there = self._client.search_for_instances(
                    str(image.StudyInstanceUID),
                    str(image.SeriesInstanceUID),
                    search_filters={"SOPInstanceUID": str(image.SOPInstanceUID)},
                )
            if not there:
                raise ExchangeError(f"{self.name}: took {file.name}, but does not have it")

    @contextmanager
    def _told(self, what: str = "") -> Iterator[None]:
        """Say in one line what goes wrong in the block."""
        about = f" ({what})" if what else ""
        try:
            yield
        except ExchangeError:
            raise
        except requests.exceptions.SSLError as error:
            raise ExchangeError(
                f"{self.name}: its certificate is not trusted, nothing was exchanged{about}"
            ) from error
        except requests.exceptions.HTTPError as error:
            code = 0 if error.response is None else error.response.status_code
            said = REFUSALS.get(code, "refuses")
            raise ExchangeError(f"{self.name}: {said} (HTTP {code}){about}") from error
        except requests.exceptions.Timeout as error:
            raise ExchangeError(f"{self.name}: does not answer{about}") from error
        except requests.exceptions.ConnectionError as error:
            raise ExchangeError(
                f"{self.name}: cannot be reached, or broke off{about}; nothing was kept"
            ) from error
        except Exception as error:  # whatever the client makes of an answer
            raise ExchangeError(f"{self.name}: answers what is no DICOMweb{about}") from error


def _all_of(search: Callable[[int], Sequence[dict[str, dict[str, Any]]]]) -> list[Dataset]:
    """All answers of a search, of which a server may give some at a time, or all each time."""
    found: dict[str, Dataset] = {}
    while True:
        answers = [Dataset.from_json(answer) for answer in search(len(found))]
        new = {
            uid: one
            for one in answers
            if (uid := str(one.get("SOPInstanceUID") or one.StudyInstanceUID)) not in found
        }
        if not new:
            return list(found.values())
        found |= new
