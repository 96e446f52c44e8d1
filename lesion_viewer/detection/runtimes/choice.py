"""Which runtime a network runs on: the fastest here, found once and remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lesion_viewer.detection.checkpoints.checkpoint import ONNX, Card
from lesion_viewer.detection.checkpoints.weights_file import verified_weights
from lesion_viewer.detection.runtimes.cpu_threads import cpu_threads
from lesion_viewer.detection.runtimes.measured_ways import Measured, measured, remember
from lesion_viewer.detection.runtimes.network import Network
from lesion_viewer.detection.runtimes.self_test import agree, timed, trial_image
from lesion_viewer.detection.runtimes.ways import TITLES, Way, last_resort, ways_of
from lesion_viewer.errors import DetectionError

RUNTIMES = ("auto", *TITLES)
"""``auto`` takes the fastest on this machine of those that give the same scores."""

Notice = Callable[[str], None]


def load_network(
    folder: Path,
    card: Card,
    device: str,
    on_notice: Notice,
    runtime: str = "auto",
    threads: int | None = None,
) -> Network:
    """The network of a checkpoint, on the runtime and device that are fastest here.

    Where there are several ways, each is tried on a made-up slice the first time, which takes
    seconds; what they took is remembered in the user's folder.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.
    card : Card
        Its card.
    device : str
        One of ``network.DEVICES``.
    on_notice : Notice
        Called with a sentence when memory is short, or a runtime does not work.
    runtime : str
        One of ``RUNTIMES``.
    threads : int | None
        Threads of the CPU; as many as it has when left out.

    Returns
    -------
    Network
        With its weights.

    Raises
    ------
    DetectionError
        The checkpoint cannot be used, the device does not exist, or no runtime for it is
        installed.
    """
    if runtime not in RUNTIMES:
        raise DetectionError(f"there is no runtime '{runtime}'; choose {' or '.join(RUNTIMES)}")
    ways = ways_of(folder, card, device, runtime)
    opener = _Opener(folder, card, on_notice, threads)
    known = measured(card, ways)
    if len(ways) > 1 and known is None:
        networks = _raced(ways, opener)
    else:
        networks = {way: None for way in sorted(ways, key=lambda way: _rank(known, way))}
    failed: Exception | None = None
    for way in [*networks, *(way for way in last_resort(device, runtime) if way not in networks)]:
        try:
            network = networks.get(way) or opener.open(way)
            if len(ways) > 1:  # it may load, and not run
                network.run([trial_image(card)])
            return network
        except Exception as error:
            failed = error
            opener.tell(way, error)
    assert failed is not None
    if isinstance(failed, DetectionError):
        raise failed
    raise DetectionError(f"{card.name} cannot be run here: {_reason(failed)}") from failed


def explanation(folder: Path, card: Card, device: str, runtime: str) -> str:
    """Where a checkpoint's network runs here, and why; nothing is loaded.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.
    card : Card
        Its card.
    device : str
        One of ``network.DEVICES``.
    runtime : str
        One of ``RUNTIMES``.

    Returns
    -------
    str
        For example "ONNX Runtime on the CPU, the fastest here: 12 ms a slice, OpenVINO on the CPU
        14 ms".
    """
    try:
        ways = ways_of(folder, card, device, runtime)
    except DetectionError as error:
        return f"nowhere: {error}"
    if len(ways) == 1:
        asked = " as was asked" if runtime != "auto" else "the only way here"
        return f"{ways[0].title}, {asked.strip()}"
    known = measured(card, ways)
    titles = " or ".join(way.title for way in ways)
    if known is None:
        return f"{titles}, whichever is faster: a first search tries them"
    first, *others = sorted(ways, key=lambda way: _rank(known, way))
    told = [f"{known.milliseconds[first.title]:.0f} ms a slice"]
    for way in others:
        took = known.milliseconds.get(way.title)
        told.append(f"{way.title} " + ("does not work" if took is None else f"{took:.0f} ms"))
    return f"{first.title}, the fastest here: {', '.join(told)}"


@dataclass(frozen=True, slots=True)
class _Opener:
    """Opens a checkpoint's network in a way, and tells where it does not work."""

    folder: Path
    card: Card
    on_notice: Notice
    threads: int | None

    def open(self, way: Way) -> Network:
        if way.runtime == "torch":
            from lesion_viewer.detection.runtimes.torch_network import TorchNetwork

            return TorchNetwork(self.folder, way.device, self.on_notice, self.threads)
        data = verified_weights(self.folder / ONNX, self.card.onnx_sha256)
        threads = self.threads or cpu_threads()
        if way.runtime in ("openvino", "openvino-bf16"):
            from lesion_viewer.detection.runtimes.openvino_network import OpenvinoNetwork

            return OpenvinoNetwork(data, threads, "f32" if way.runtime == "openvino" else "bf16")
        from lesion_viewer.detection.runtimes.onnx_network import OnnxNetwork

        return OnnxNetwork(data, way.device, threads)

    def tell(self, way: Way, error: Exception) -> None:
        self.on_notice(f"{self.card.name}: {way.title} does not work here: {_reason(error)}")


def _raced(ways: Sequence[Way], opener: _Opener) -> Mapping[Way, Network | None]:
    """The networks that work, the fastest first; what they took is remembered."""
    image = trial_image(opener.card)
    networks: dict[Way, Network] = {}
    seconds: dict[Way, float] = {}
    right = None
    for way in ways:
        try:
            network = opener.open(way)
            took, answer = timed(network, image)
            right = answer if right is None else right
            if not agree(right, answer):
                raise DetectionError("its answer differs from the other runtimes'")
        except Exception as error:
            opener.tell(way, error)
            continue
        networks[way], seconds[way] = network, took
    remember(opener.card, ways, {way: seconds.get(way) for way in ways})
    return {way: networks[way] for way in sorted(networks, key=lambda way: seconds[way])}


def _rank(known: Measured | None, way: Way) -> float:
    """How early a way is tried: those that did not work last."""
    took = None if known is None else known.milliseconds.get(way.title)
    return float("inf") if took is None else took


def _reason(error: Exception) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__
