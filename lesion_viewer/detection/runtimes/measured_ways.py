"""How fast the runtimes of a network are on this machine, kept in the user's folder."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from lesion_viewer.detection.checkpoints.checkpoint import Card
from lesion_viewer.detection.runtimes.ways import PACKAGES, Way
from lesion_viewer.system.atomic_files import save_bytes
from lesion_viewer.system.home_folder import home_folder

MOST_KEPT = 100
MAX_BYTES = 2**20
DISTRIBUTIONS = ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml")
"""Packages under other names that are imported as ``onnxruntime``."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the ways took for a slice.

    Attributes
    ----------
    milliseconds : Mapping[str, float | None]
        By the way's title; None for one that did not work.
    """

    milliseconds: Mapping[str, float | None]


def measured(card: Card, ways: Sequence[Way]) -> Measured | None:
    """What the ways took for a slice on this machine.

    Parameters
    ----------
    card : Card
        Card of the checkpoint.
    ways : Sequence[Way]
        Those to choose from.

    Returns
    -------
    Measured | None
        None where it was not measured, or with other versions, or none worked.
    """
    found = _kept().get(_key(card, ways))
    if not isinstance(found, dict):
        return None
    took = {k: v for k, v in found.items() if v is None or isinstance(v, float | int)}
    if all(took.get(way.title) is None for way in ways):
        return None
    return Measured(took)


def remember(card: Card, ways: Sequence[Way], seconds: Mapping[Way, float | None]) -> None:
    """Keep what the ways took; where the folder cannot be written, it is measured again.

    Parameters
    ----------
    card : Card
        Card of the checkpoint.
    ways : Sequence[Way]
        Those to choose from.
    seconds : Mapping[Way, float | None]
        For a slice; None for one that did not work.
    """
    took = {way.title: None if s is None else round(1000 * s, 2) for way, s in seconds.items()}
    kept = {**_kept(), _key(card, ways): took}
    newest = dict(list(kept.items())[-MOST_KEPT:])
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        save_bytes(_file(), json.dumps(newest, indent=1).encode())
    except OSError:
        return


def _file() -> Path:
    return home_folder() / "runtimes.json"


def _kept() -> dict[str, Any]:
    try:
        if _file().stat().st_size > MAX_BYTES:
            return {}
        kept = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _key(card: Card, ways: Sequence[Way]) -> str:
    """One for each machine, network, and set of ways with their versions."""
    machine = platform.node(), platform.machine(), str(os.cpu_count())
    network = card.sha256, card.onnx_sha256
    found = [f"{way.runtime} {way.device} {_version(way.runtime)}" for way in ways]
    return sha256("\n".join([*machine, *network, *found]).encode()).hexdigest()


def _version(runtime: str) -> str:
    names = DISTRIBUTIONS if runtime == "onnx" else PACKAGES[runtime][:1]
    found = []
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
