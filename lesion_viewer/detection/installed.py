"""The methods that can be chosen by name: checkpoints, and those that need no weights."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from lesion_viewer.detection.body import BODY, BodySegmenter
from lesion_viewer.detection.checkpoints.checkpoint import (
    CARD,
    bundled_checkpoints,
    find_checkpoint,
    load_card,
)
from lesion_viewer.detection.detector import MIN_SCORE, Detector, load_detector
from lesion_viewer.detection.geometric.loading import liver_network, load_geometric
from lesion_viewer.detection.identity import DetectorInfo, SegmenterInfo
from lesion_viewer.detection.runtimes import ways
from lesion_viewer.detection.runtimes.ways import is_there
from lesion_viewer.detection.segmenter import Segmenter
from lesion_viewer.errors import DetectionError
from lesion_viewer.resource_files import resource_folder

Notice = Callable[[str], None]


def _no_notice(text: str) -> None:
    """Where nobody listens."""


class Loader(Protocol):
    """Makes a detector; picklable, so that another process can do it."""

    def __call__(
        self,
        device: str = "auto",
        min_score: float = MIN_SCORE,
        on_notice: Notice = _no_notice,
        is_gated: bool = True,
        runtime: str = "auto",
        threads: int | None = None,
    ) -> Detector:
        """The detector; weights are read now, which takes seconds.

        Parameters
        ----------
        device : str
            One of ``network.DEVICES``; a method that has no use for a device ignores it.
        min_score : float
            Boxes with a lower score are left out, 0 to 1.
        on_notice : Notice
            Called with a sentence when memory is short, or a runtime does not work.
        is_gated : bool
            Search only in the liver, where the detector has a gate.
        runtime : str
            One of ``choice.RUNTIMES``; a method that runs no network ignores it.
        threads : int | None
            Threads of the CPU; as many as it has when left out.

        Returns
        -------
        Detector
            Ready to search.

        Raises
        ------
        DetectionError
            It cannot be used, or the device does not exist.
        """


@dataclass(frozen=True, slots=True)
class InstalledDetector:
    """A detector that can be chosen, and loaded in this process or another one; picklable.

    Attributes
    ----------
    key : str
        Name by which it is chosen.
    gated, everywhere : DetectorInfo
        What it is in its usual search, and where it searches without its gate; equal without a
        gate.
    load : Loader
        Makes it.
    packages : tuple[str, ...]
        Python packages that must be installed for it.
    folder : Path | None
        Folder of its checkpoint, or of a method's card; None for a method without a card.
    network : Path | None
        Folder of the checkpoint whose network it runs; None where it runs none.
    """

    key: str
    gated: DetectorInfo
    everywhere: DetectorInfo
    load: Loader
    packages: tuple[str, ...] = ()
    folder: Path | None = None
    network: Path | None = None

    @property
    def has_gate(self) -> bool:
        """Whether it usually searches in the liver alone."""
        return self.gated != self.everywhere

    def info(self, is_gated: bool = True) -> DetectorInfo:
        """What it is.

        Parameters
        ----------
        is_gated : bool
            Search only in the liver, where it has a gate; without it, it is another detector.

        Returns
        -------
        DetectorInfo
            What reviews and files say of it.
        """
        return self.gated if is_gated else self.everywhere


def of_checkpoint(folder: Path) -> InstalledDetector:
    """The detector whose weights lie in a folder; only its card is read.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.

    Returns
    -------
    InstalledDetector
        It is chosen by the name of the folder.

    Raises
    ------
    DetectionError
        There is no card, it cannot be used, or it is of no detector.
    """
    load = partial(load_detector, folder)
    return replace(_of_card(folder, load), network=folder)


def carded_method(
    name: str,
    load: Callable[..., Detector],
    packages: tuple[str, ...] = (),
    network: Path | None = None,
) -> InstalledDetector:
    """A detector without weights that comes with a card, which says how good it is.

    Parameters
    ----------
    name : str
        Folder of its card in the resources' ``methods``; it is chosen by this name.
    load : Callable[..., Detector]
        Makes it from the folder and the arguments of a ``Loader``. A function at the top of a
        module, so that another process finds it.
    packages : tuple[str, ...]
        Python packages that must be installed for it.
    network : Path | None
        Folder of the checkpoint whose network it runs; None where it runs none.

    Returns
    -------
    InstalledDetector
        As of a checkpoint.
    """
    folder = resource_folder() / "methods" / name
    found = _of_card(folder, partial(load, folder))
    return replace(found, packages=packages, network=network)


def _of_card(folder: Path, load: Loader) -> InstalledDetector:
    card = load_card(folder)
    if card.marks == ("liver",):
        raise DetectionError(f"{card.name} marks the liver and is no detector")
    # A network that marks lesions knows nothing outside the liver.
    everywhere = card.info if card.marks else card.without_gate().info
    return InstalledDetector(folder.name, card.info, everywhere, load, folder=folder)


def method(
    info: DetectorInfo, build: Callable[[float], Detector], packages: tuple[str, ...] = ()
) -> InstalledDetector:
    """A detector that was not trained: a name and a function, without weights.

    Parameters
    ----------
    info : DetectorInfo
        What it is; it is chosen by its name.
    build : Callable[[float], Detector]
        Makes the detector from the lowest score of the boxes that it gives. A function at the top
        of a module, so that another process finds it.
    packages : tuple[str, ...]
        Python packages that must be installed for it.

    Returns
    -------
    InstalledDetector
        As of a checkpoint, without a folder.
    """
    return InstalledDetector(info.name, info, info, partial(_built, build), packages)


def _built(
    build: Callable[[float], Detector],
    device: str = "auto",
    min_score: float = MIN_SCORE,
    on_notice: Notice = _no_notice,
    is_gated: bool = True,
    runtime: str = "auto",
    threads: int | None = None,
) -> Detector:
    return build(min_score)


@dataclass(frozen=True, slots=True)
class InstalledSegmenter:
    """A segmenter that can be chosen by its name; picklable.

    Attributes
    ----------
    info : SegmenterInfo
        What it is.
    load : Callable[[], Segmenter]
        Makes it. A function or class at the top of a module, so that another process finds it.
    packages : tuple[str, ...]
        Python packages that must be installed for it.
    folder : Path | None
        Folder of its checkpoint; None for a method without weights.
    """

    info: SegmenterInfo
    load: Callable[[], Segmenter]
    packages: tuple[str, ...] = ()
    folder: Path | None = None


METHODS: tuple[InstalledDetector | InstalledSegmenter, ...] = (
    carded_method("geometric", load_geometric, ("scipy", "SimpleITK"), liver_network()),
    InstalledSegmenter(BODY, BodySegmenter, ("scipy",)),
)
"""The methods without weights that come with the program, in the order of the lists."""


def installed_segmenters() -> tuple[InstalledSegmenter, ...]:
    """The methods that mark voxels, then the bundled networks that do."""
    methods = [method for method in METHODS if isinstance(method, InstalledSegmenter)]
    networks = []
    for folder in bundled_checkpoints():
        try:
            networks.append(segmenter_of_checkpoint(folder))
        except DetectionError:
            continue
    return (*methods, *networks)


def segmenter_of_checkpoint(folder: Path) -> InstalledSegmenter:
    """The segmenter whose weights lie in a folder; only its card is read.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.

    Returns
    -------
    InstalledSegmenter
        It marks what the card says.

    Raises
    ------
    DetectionError
        There is no card, it cannot be used, or it is of a detector that marks no voxels.
    """
    card = load_card(folder)
    if not card.marks:
        raise DetectionError(f"{card.name} marks no voxels")
    info = SegmenterInfo(card.name, card.version, card.sha256, card.marks)
    return InstalledSegmenter(info, partial(_segmenter, folder), ("scipy",), folder)


def _segmenter(folder: Path) -> Segmenter:
    # Not needed where a window only names its methods.
    from lesion_viewer.detection.fcn.loading import load_segmenter

    return load_segmenter(folder)


def find_segmenter(name: str) -> InstalledSegmenter:
    """The segmenter of a name or a folder.

    Parameters
    ----------
    name : str
        As its ``info`` says it, or the folder of a checkpoint.

    Returns
    -------
    InstalledSegmenter
        One of ``installed_segmenters``, or of another folder.

    Raises
    ------
    DetectionError
        There is no such segmenter.
    """
    found = {one.info.name: one for one in installed_segmenters()}
    if name not in found and (Path(name) / CARD).is_file():
        return segmenter_of_checkpoint(Path(name))
    if name not in found:
        raise DetectionError(f"there is no segmenter '{name}'; choose {' or '.join(found)}")
    return found[name]


def installed_detectors() -> tuple[InstalledDetector, ...]:
    """The bundled checkpoints, the methods, then what was taught on phantoms.

    A checkpoint that cannot be read is left out.
    """
    found = []
    for folder in bundled_checkpoints():
        try:
            found.append(of_checkpoint(folder))
        except DetectionError:
            continue
    every = (*found, *_detecting_methods())
    return tuple(sorted(every, key=lambda one: one.info().taught_on_phantoms))


def why_not_run(detector: InstalledDetector) -> str:
    """Why a detector cannot run here; imports none of the packages that it looks for.

    Parameters
    ----------
    detector : InstalledDetector
        The detector.

    Returns
    -------
    str
        What is missing, and what helps; empty where it can run.
    """
    if missing := [package for package in detector.packages if not is_there(package)]:
        return f"{missing[0]} is not installed"
    if detector.network is None:
        return ""
    try:
        return ways.why_not_run(detector.network, load_card(detector.network))
    except DetectionError as error:
        return str(error)


def where_it_runs(
    detector: InstalledDetector | InstalledSegmenter, device: str = "auto", runtime: str = "auto"
) -> str:
    """On which runtime and device a method runs here, and why; nothing is loaded.

    Parameters
    ----------
    detector : InstalledDetector | InstalledSegmenter
        The method.
    device : str
        One of ``network.DEVICES``.
    runtime : str
        One of ``choice.RUNTIMES``.

    Returns
    -------
    str
        Empty for a method that runs no network.
    """
    if detector.folder is None or not (card := load_card(detector.folder)).sha256:
        return ""
    from lesion_viewer.detection.runtimes.choice import explanation

    return explanation(detector.folder, card, device, runtime)


def _detecting_methods() -> tuple[InstalledDetector, ...]:
    return tuple(method for method in METHODS if isinstance(method, InstalledDetector))


def find_detector(name_or_path: str | Path | None) -> InstalledDetector:
    """The detector of a name or a folder.

    Parameters
    ----------
    name_or_path : str | Path | None
        Name of a bundled checkpoint or of a method, folder of a checkpoint, or a file in it; None
        for the first that is installed.

    Returns
    -------
    InstalledDetector
        The detector; its weights are not read yet.

    Raises
    ------
    DetectionError
        There is no such detector, or its card cannot be used.
    """
    methods = {method.key: method for method in _detecting_methods()}
    if str(name_or_path) in methods:
        return methods[str(name_or_path)]
    if name_or_path is not None:
        return of_checkpoint(find_checkpoint(name_or_path))
    if bundled := bundled_checkpoints():
        return of_checkpoint(bundled[0])
    if methods:
        return next(iter(methods.values()))
    raise DetectionError("no detector is installed; name one with --model")
