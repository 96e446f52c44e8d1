"""Synthetic scans by number, each with its lesions' boxes."""

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from lesion_viewer.errors import TrainingError

from ..recipe.synthesis_data import SynthesisData
from ..scan import Scan
from .anatomy import Anatomy, Labels, Point, Pose, anatomy_files, load_anatomy
from .body_lesions import draw_body_lesions
from .crowding import Crowd, likened
from .filling import Filling
from .image_noise import draw_scanner
from .lesion_shapes import Lesion
from .liver_lesions import KINDS, SHARES, draw_lesion, lying_lesion
from .mimics import Mimics, Share
from .painting import (
    Layout,
    Scene,
    attenuation,
    boxes_of,
    lesions_of,
    liver_of,
    scan_slice,
)
from .tissues import FIRST_LESION, LIVER, PORTAL, VEIN, Tissues, draw_tissues

ANATOMY_VARIABLE = "LESION_TRAINING_ANATOMY"
FIELD_MM = (312.0, 416.0)
"""Height and width of the field of view: 3 to 4, the body's shape, so that little air is shown."""

ALONE_SHARE, ALONE_MM, ALONE_SLICES = 0.5, 14.0, 3
"""Half of the scans are slices too far apart to be neighbours, since most of DeepLesion's key
slices come without neighbours here."""

STACK_MM, STACK_SLICES = (3.0, 4.0, 4.8, 5.0), 5
THICKNESS_MM = (0.8, 1.0, 1.6, 2.0, 2.5, 3.0, 5.0)
DOME_MM = 30.0
PLACE_STEP = 3
"""In-plane step, in pixels, of the places where lesions of the whole body may lie."""

KEPT_SHARE = 0.6
"""Share of the label volume's own lesions that is painted; the others become parenchyma."""


class SynthesisSource:
    """Synthetic scans, one of each seed.

    Parameters
    ----------
    options : SynthesisData
        As the recipe has them.
    seeds : tuple[int, int]
        First seed, and the one after the last.

    Raises
    ------
    TrainingError
        Where no folder was named, or it holds no label volumes.
    """

    def __init__(self, options: SynthesisData, seeds: tuple[int, int]) -> None:
        folder = options.anatomy or os.environ.get(ANATOMY_VARIABLE, "")
        if not folder:
            raise TrainingError(
                "synthesis needs label volumes: name their folder as 'anatomy' in the recipe's"
                f" [data] or in {ANATOMY_VARIABLE}"
            )
        self._files = anatomy_files(Path(folder))
        self._options, self._seeds = options, seeds

    @property
    def identity(self) -> Mapping[str, Any]:
        """What decides every scan; the label volumes by name and size, not by folder."""
        options = {**asdict(self._options), "anatomy": ""}
        del options["volumes"]  # they are another source
        for name in ("sites", "crowded"):
            if not options[name]:
                del options[name]  # scans of older recipes stay what they were
        files = {file.name: file.stat().st_size for file in self._files}
        return {"kind": "synthesis", "data": options, "seeds": self._seeds, "files": files}

    def __len__(self) -> int:
        return self._seeds[1] - self._seeds[0]

    def scan(self, number: int) -> Scan:
        """A synthetic scan with its labels.

        Parameters
        ----------
        number : int
            From 0, added to the first seed.

        Returns
        -------
        Scan
            The scan; its lesions are all known.

        Raises
        ------
        TrainingError
            Where the label volume cannot be used.
        """
        scene = self.scene(number)
        layout = scene.layout
        count = len(layout.z_mm)
        wanted = wanted_slices(layout)
        voxels = np.empty((count, layout.rows, layout.columns), np.int16)
        lesion = np.zeros(voxels.shape, bool)
        boxes: dict[int, NDArray[np.float32]] = {}
        ignored: dict[int, NDArray[np.float32]] = {}
        for index in range(count):
            seen = attenuation(scene, index)
            voxels[index] = scan_slice(scene, index, seen)
            if index in wanted:
                boxes[index], ignored[index] = boxes_of(scene, seen)
                lesion[index] = lesions_of(scene, seen)
        return Scan(
            voxels,
            (layout.z_mm[1] - layout.z_mm[0], layout.pixel_mm, layout.pixel_mm),
            boxes,
            ignored,
            tuple(wanted),
            scene.anatomy.name,
            liver=liver_of(scene) if self._options.masks else None,
            lesion=lesion if self._options.masks else None,
        )

    def scene(self, number: int) -> Scene:
        """All that decides the slices of a scan.

        Parameters
        ----------
        number : int
            From 0, added to the first seed.

        Returns
        -------
        Scene
            The scene.

        Raises
        ------
        TrainingError
            Where the label volume cannot be used.
        """
        options, seed = self._options, self._seeds[0] + number
        rng = np.random.default_rng([seed, 6])
        anatomy = load_anatomy(self._files[int(rng.integers(len(self._files)))])
        layout = _layout(rng, options)
        pose = Pose(
            rng,
            anatomy,
            _middle(rng, anatomy, options),
            (layout.rows, layout.columns),
            layout.pixel_mm,
            layout.extent_mm[0],
            deform=options.deform,
        )
        tissues, crowd = draw_tissues(rng), None
        if _is_drawn(rng, options.crowded):
            tissues = likened(rng, tissues)
            crowd = Crowd(rng, anatomy, tissues, layout.extent_mm)
        decoys = int(rng.integers(1, 4)) if rng.random() < 0.5 else 0
        most = int(rng.integers(*options.lesions, endpoint=True))
        lesions = tuple(_lying(rng, anatomy, tissues))
        is_whole_body = bool(options.sites)
        if not is_whole_body:
            lesions = (*lesions, *_drawn(rng, pose, layout, tissues, most, options))
        filling = Filling(rng, anatomy, tissues, layout.extent_mm, is_whole_body, crowd)
        if is_whole_body:
            decoys = 0
            body = _drawn_in_body(rng, pose, layout, tissues, filling, most, options.sites)
            lesions = (*lesions, *body)
        return Scene(
            anatomy=anatomy,
            pose=pose,
            layout=layout,
            tissues=tissues,
            filling=filling,
            mimics=Mimics(rng, tissues, layout.extent_mm, Share(crossings=options.crossings)),
            scanner=draw_scanner(rng),
            lesions=lesions,
            decoys=_drawn(rng, pose, layout, tissues, decoys, None),
            noise_seed=seed,
            motion_mm=rng.uniform(1, 3) if rng.random() < 0.1 else 0.0,
            table_mm=tuple(rng.uniform(8, 40, int(rng.integers(0, 3)))),
        )


def wanted_slices(layout: Layout) -> range:
    """The slices to learn from; the others are their neighbours.

    Parameters
    ----------
    layout : Layout
        The slices of a scan.

    Returns
    -------
    range
        Indices.
    """
    count = len(layout.z_mm)
    return range(count) if are_alone(layout) else range(1, count - 1)


def are_alone(layout: Layout) -> bool:
    """Whether the slices of a scan are too far apart to be neighbours.

    Parameters
    ----------
    layout : Layout
        The slices of a scan.
    """
    return layout.z_mm[1] - layout.z_mm[0] >= ALONE_MM


def _layout(rng: np.random.Generator, options: SynthesisData) -> Layout:
    # A whole number of pixels, so that every scan resampled to one pixel size has one shape.
    quarter = round(FIELD_MM[1] / 4 / rng.uniform(*options.pixel_mm))
    rows, columns, pixel = 3 * quarter, 4 * quarter, FIELD_MM[1] / 4 / quarter
    if rng.random() < ALONE_SHARE:
        gap, count, thickness = ALONE_MM, ALONE_SLICES, rng.choice(THICKNESS_MM)
    else:
        gap, count = float(rng.choice(STACK_MM)), STACK_SLICES
        thickness = rng.choice([t for t in THICKNESS_MM if t <= gap])
    z = (np.arange(count) - (count - 1) / 2) * gap
    return Layout(tuple(map(float, z)), float(thickness), rows, columns, pixel)


def _middle(rng: np.random.Generator, anatomy: Anatomy, options: SynthesisData) -> float:
    low, high = anatomy.liver_mm
    if rng.random() < options.outside:
        return float(rng.uniform(0, anatomy.size_mm[0]))
    if _is_drawn(rng, options.dome):
        return float(rng.uniform(high - DOME_MM, high))
    return float(rng.uniform(low + 5, high - 5))


def _is_drawn(rng: np.random.Generator, share: float) -> bool:
    # Nothing is drawn where the share is 0, so that scans of older recipes stay what they were.
    return share > 0 and bool(rng.random() < share)


def _lying(rng: np.random.Generator, anatomy: Anatomy, tissues: Tissues) -> list[Lesion]:
    """A random choice of the label volume's own lesions."""
    found = []
    for label in anatomy.lesion_mm:
        if rng.random() < KEPT_SHARE:
            found.append(lying_lesion(rng, tissues, label, anatomy.lesion_mm[label] / 2))
    return found


def _drawn(
    rng: np.random.Generator,
    pose: Pose,
    layout: Layout,
    tissues: Tissues,
    count: int,
    options: SynthesisData | None,
) -> tuple[Lesion, ...]:
    """New lesions with their middles on or near the slices, in the liver by ``options``.

    Without options, outside of it.
    """
    if not count:
        return ()
    z = np.array(layout.z_mm)
    labels = pose.view_at(z).labels[:, ::4, ::4]
    if options is not None:
        places = np.argwhere(labels == LIVER)
    else:
        places = np.argwhere((labels != LIVER) & (labels < FIRST_LESION) & (labels > 0))
    if not len(places):
        return ()
    border = np.argwhere(_border(labels)) if options is not None and options.capsule else places
    kinds = rng.choice(KINDS, 2, p=SHARES[tissues.phase])
    lesions = []
    for place in places[rng.integers(len(places), size=count)]:
        if options is not None and len(border) and _is_drawn(rng, options.capsule):
            place = border[rng.integers(len(border))]
        k, i, j = place
        y = (i * 4 + rng.uniform(-2, 2) - (layout.rows - 1) / 2) * layout.pixel_mm
        x = (j * 4 + rng.uniform(-2, 2) - (layout.columns - 1) / 2) * layout.pixel_mm
        middle = (float(z[k] + rng.normal(0, 2.5)), float(y), float(x))
        is_small = options is not None and _is_drawn(rng, options.small)
        is_faint = options is not None and _is_drawn(rng, options.faint)
        kind = str(rng.choice(kinds))
        lesions.append(draw_lesion(rng, tissues, middle, kind, is_small, is_faint))
    return tuple(lesions)


def _drawn_in_body(
    rng: np.random.Generator,
    pose: Pose,
    layout: Layout,
    tissues: Tissues,
    filling: Filling,
    count: int,
    sites: tuple[str, ...],
) -> tuple[Lesion, ...]:
    """New lesions of any site with their middles on or near the slices."""
    z = np.array(layout.z_mm)
    view = pose.view_at(z)
    hu = tissues.hu[view.labels]
    tissue = filling.paint(hu, view, z)[:, ::PLACE_STEP, ::PLACE_STEP]

    def place_mm(index: NDArray[np.intp]) -> Point:
        k, i, j = index
        near = rng.uniform(-0.5, 0.5, 2) * PLACE_STEP
        y = (i * PLACE_STEP + near[0] - (layout.rows - 1) / 2) * layout.pixel_mm
        x = (j * PLACE_STEP + near[1] - (layout.columns - 1) / 2) * layout.pixel_mm
        return float(z[k] + rng.normal(0, 2.5)), float(y), float(x)

    step_mm = PLACE_STEP * layout.pixel_mm
    return draw_body_lesions(rng, tissues, tissue, place_mm, sites, count, step_mm)


def _border(labels: Labels) -> NDArray[np.bool_]:
    """The liver's outermost pixels on each slice (slices, rows, columns)."""
    is_organ = (labels == LIVER) | (labels == VEIN) | (labels == PORTAL) | (labels >= FIRST_LESION)
    inner = ndimage.binary_erosion(is_organ, np.ones((1, 3, 3)))
    border: NDArray[np.bool_] = (labels == LIVER) & ~inner
    return border
