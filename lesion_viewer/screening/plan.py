"""What a screening is: its detector, and the folder that holds its results."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lesion_viewer.detection.detector import Detector
from lesion_viewer.detection.identity import DetectorInfo
from lesion_viewer.detection.installed import InstalledDetector, find_detector
from lesion_viewer.errors import ExchangeError
from lesion_viewer.system.atomic_files import save_bytes

PLAN = "screening.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """The detector of a screening, and the scores that it keeps; picklable.

    Attributes
    ----------
    model : str
        Name of an installed detector, or folder of a checkpoint.
    detector, detector_sha256 : str
        Its name and version, and the SHA-256 of its weights, by which it is known again.
    min_score : float
        Boxes with a lower score are left out, 0 to 1.
    is_gated : bool
        Whether it searches in the liver alone, where it has a gate.
    runtime : str
        What runs its network. One for all workers and runs, since scores of two runtimes differ in
        their last digits.
    """

    model: str
    detector: str
    detector_sha256: str
    min_score: float
    is_gated: bool = True
    runtime: str = "onnx"

    @classmethod
    def of(
        cls,
        model: str | None,
        min_score: float | None = None,
        is_gated: bool = True,
        runtime: str = "onnx",
    ) -> "Plan":
        """The plan of a screening by a detector.

        Parameters
        ----------
        model : str | None
            Name or folder; None for the first that is installed.
        min_score : float | None
            0 to 1; None for the detector's own threshold.
        is_gated : bool
            Search in the liver alone, where it has a gate.
        runtime : str
            One of ``choice.RUNTIMES`` but ``auto``.

        Returns
        -------
        Plan
            With the detector's identity.

        Raises
        ------
        DetectionError
            There is no such detector.
        """
        installed = find_detector(model)
        info = installed.info(is_gated)
        named = installed.key if installed.folder is None or model is None else str(model)
        lowest = info.default_threshold if min_score is None else min_score
        return cls(named, info.title, info.sha256, lowest, is_gated, runtime)

    @property
    def installed(self) -> InstalledDetector:
        """The detector as it is installed here.

        Raises
        ------
        DetectionError
            It is not, or is another one.
        """
        return find_detector(self.model)

    @property
    def info(self) -> DetectorInfo:
        """What the detector is."""
        return self.installed.info(self.is_gated)

    def load(self, device: str, threads: int | None) -> Detector:
        """The detector, ready to search.

        Parameters
        ----------
        device : str
            As of ``installed.Loader``.
        threads : int | None
            Threads of the CPU; as many as it has when left out.

        Returns
        -------
        Detector
            The one that was planned.

        Raises
        ------
        DetectionError
            It cannot be used here.
        """
        return self.installed.load(
            device=device,
            min_score=self.min_score,
            is_gated=self.is_gated,
            runtime=self.runtime,
            threads=threads,
        )

    def keep(self, folder: Path, sources: list[str]) -> None:
        """Write the plan into the folder of the results, or hold it against the one that is there.

        Parameters
        ----------
        folder : Path
            Folder of the results.
        sources : list[str]
            What is screened.

        Raises
        ------
        ExchangeError
            The folder holds the results of another plan, or cannot be written.
        """
        file = folder / PLAN
        now = {**asdict(self), "sources": sources}
        del now["model"]
        if file.exists():
            former = _read(file)
            for name, value in now.items():
                if former.get(name) != value:
                    raise ExchangeError(
                        f"{folder} holds the results of another screening, with"
                        f" {name} {former.get(name)} and not {value}; name another --output"
                    )
            return
        if folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir()):
            raise ExchangeError(f"{folder} holds other files; name a new folder for the results")
        save_bytes(file, json.dumps(now, indent=1).encode())


def is_screening(folder: Path) -> bool:
    """Whether a folder holds the results of a screening.

    Parameters
    ----------
    folder : Path
        Any path.
    """
    return (folder / PLAN).is_file()


def screening_at(path: Path) -> Path | None:
    """The folder of the results that a path is meant for.

    Parameters
    ----------
    path : Path
        That folder, or the table of series in it.

    Returns
    -------
    Path | None
        None where it is no screening's.
    """
    folder = path.parent if path.name == "series.parquet" else path
    return folder if is_screening(folder) else None


def plan_in(folder: Path) -> dict[str, Any]:
    """What a screening is, as its folder says.

    Parameters
    ----------
    folder : Path
        Folder of the results.

    Returns
    -------
    dict[str, Any]
        The fields of the plan but ``model``, and the sources.

    Raises
    ------
    ExchangeError
        It holds no screening, or that of another version.
    """
    found = _read(folder / PLAN)
    sources, lowest = found.get("sources"), found.get("min_score")
    if not isinstance(sources, list) or not sources or not isinstance(lowest, int | float):
        raise ExchangeError(f"{folder / PLAN}: is not the description of a screening")
    return {"detector": "", **found}


def _read(file: Path) -> dict[str, object]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExchangeError(f"{file}: cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise ExchangeError(f"{file}: is not the description of a screening")
    return found
