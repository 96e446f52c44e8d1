"""The ways in which a checkpoint can run here; found without importing torch."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from lesion_viewer.detection.checkpoints.checkpoint import ONNX, Card
from lesion_viewer.detection.runtimes.network import DEVICES
from lesion_viewer.errors import DetectionError
from lesion_viewer.extras import installing

TITLES = {
    "onnx": "ONNX Runtime",
    "openvino": "OpenVINO",
    "openvino-bf16": "OpenVINO in bfloat16",
    "torch": "torch",
}
AUTOMATIC = ("onnx", "openvino", "torch")
"""The runtimes that give the same scores; the other one rounds them, and must be asked for."""

PACKAGES = {
    "onnx": ("onnxruntime",),
    "openvino": ("openvino",),
    "openvino-bf16": ("openvino",),
    "torch": ("torch", "torchvision"),
}
INSTALLING = {
    "onnx": "pip install onnxruntime",
    "openvino": installing("openvino"),
    "openvino-bf16": installing("openvino"),
    "torch": installing("torch"),
}
DEVICE_TITLES = {
    "auto": "the best device",
    "cpu": "the CPU",
    "cuda": "an NVIDIA GPU",
    "mps": "Apple's GPU",
    "directml": "a GPU by DirectML",
}


@dataclass(frozen=True, slots=True)
class Way:
    """A runtime on a device.

    Attributes
    ----------
    runtime : str
        A key of ``TITLES``.
    device : str
        A key of ``DEVICE_TITLES``.
    """

    runtime: str
    device: str

    @property
    def title(self) -> str:
        """For example ``ONNX Runtime on the CPU``."""
        return f"{TITLES[self.runtime]} on {DEVICE_TITLES[self.device]}"


def is_installed(runtime: str) -> bool:
    """Whether a runtime's packages are there; none is imported.

    Parameters
    ----------
    runtime : str
        A key of ``TITLES``.

    Returns
    -------
    bool
        False where one is missing, or barred.
    """
    return all(map(is_there, PACKAGES[runtime]))


def is_there(package: str) -> bool:
    """Whether a package is installed; it is not imported.

    Parameters
    ----------
    package : str
        Name under which it is imported.

    Returns
    -------
    bool
        False where it is missing, or barred.
    """
    try:
        return find_spec(package) is not None
    except ValueError:  # imported, but barred
        return False


def why_not_run(folder: Path, card: Card) -> str:
    """Why a checkpoint cannot run here, and what helps; no runtime is imported.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.
    card : Card
        Its card.

    Returns
    -------
    str
        Empty where a runtime for it is installed.
    """
    serving = AUTOMATIC if card.onnx_sha256 else ("torch",)
    if any(map(is_installed, serving)):
        return ""
    return str(_refusal(folder, card, "auto", AUTOMATIC))


def ways_of(folder: Path, card: Card, device: str, runtime: str) -> list[Way]:
    """The ways in which a checkpoint can run here, to be tried against each other.

    Torch on a CPU is among them where nothing else serves, or where it is asked for.

    Parameters
    ----------
    folder : Path
        Folder of the checkpoint.
    card : Card
        Its card.
    device : str
        One of ``network.DEVICES``.
    runtime : str
        A key of ``TITLES``, or ``auto``.

    Returns
    -------
    list[Way]
        At least one.

    Raises
    ------
    DetectionError
        There is none; the message says what helps.
    """
    if device not in DEVICES:
        raise _no_device(device)
    wanted = AUTOMATIC if runtime == "auto" else (runtime,)
    found = [way for one in wanted for way in _ways(one, card, device, runtime)]
    if not found and runtime == "auto" and is_installed("torch"):
        found = [Way("torch", device)]
    if not found:
        raise _refusal(folder, card, device, wanted)
    return found


def last_resort(device: str, runtime: str) -> list[Way]:
    """What is tried where no other way works.

    Parameters
    ----------
    device : str
        One of ``network.DEVICES``.
    runtime : str
        A key of ``TITLES``, or ``auto``.

    Returns
    -------
    list[Way]
        Torch on the CPU, or none.
    """
    fits = runtime == "auto" and device in ("auto", "cpu") and is_installed("torch")
    return [Way("torch", "cpu")] if fits else []


def _ways(runtime: str, card: Card, device: str, asked: str) -> list[Way]:
    if not is_installed(runtime):
        return []
    if runtime == "torch":
        if asked == "torch":
            return [Way("torch", device)]
        return [Way("torch", one) for one in _gpus() if device in ("auto", one)]
    if not card.onnx_sha256:
        return []
    if runtime in ("openvino", "openvino-bf16"):
        return [Way(runtime, "cpu")] if device in ("auto", "cpu") else []
    return [Way("onnx", one) for one in _onnx_devices() if device in ("auto", one)]


def _onnx_devices() -> tuple[str, ...]:
    try:
        from lesion_viewer.detection.runtimes.onnx_network import devices
    except ImportError:  # a library of it is missing: who opens the way is told
        return ("cpu",)
    return devices()


def _gpus() -> list[str]:
    """The GPUs that torch could use, by the files of their drivers."""
    system = Path(os.environ.get("SYSTEMROOT", "/"))
    drivers = Path("/proc/driver/nvidia/version"), system / "System32" / "nvcuda.dll"
    found = []
    if any(driver.exists() for driver in drivers) or shutil.which("nvidia-smi"):
        found.append("cuda")
    if sys.platform == "darwin" and platform.machine() == "arm64":
        found.append("mps")
    return found


def _no_device(device: str) -> DetectionError:
    return DetectionError(f"there is no device '{device}' here; choose auto or cpu")


def _refusal(folder: Path, card: Card, device: str, wanted: Sequence[str]) -> DetectionError:
    if not card.onnx_sha256 and wanted != ("torch",):
        return DetectionError(
            f"{folder} has no {ONNX}, with which {card.name} runs without torch: either"
            f" {INSTALLING['torch']}, or write it where torch is, with"
            f" lesion-training export-onnx {folder}"
        )
    if missing := [one for one in wanted if not is_installed(one)]:
        if len(missing) == len(wanted):
            named = " or ".join(TITLES[one] for one in missing)
            helps = ", or ".join(INSTALLING[one] for one in missing)
            return DetectionError(f"{card.name} needs {named}: {helps}")
    return _no_device(device)
