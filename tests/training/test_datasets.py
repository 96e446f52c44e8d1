"""Slices to learn from: the viewer's inputs, with boxes where the phantom's lesions are."""

from pathlib import Path

import numpy as np

from lesion_viewer.ct.phantom import make_phantom
from lesion_viewer.detection.inputs import model_input
from training.datasets import phantom_slices
from training.recipe import parse_recipe


def test_slices_are_what_the_viewer_would_show_the_model(recipe_text: str, tmp_path: Path) -> None:
    recipe = parse_recipe(recipe_text)
    phantom = make_phantom(900, (48, 128, 128), (5.0, 3.0, 3.0), lesions=8)
    inputs = [model_input(phantom.hu, i, phantom.spacing_mm, recipe.input) for i in range(48)]

    slices = phantom_slices(recipe.data, (900, 901), recipe.input, tmp_path)

    assert len(slices) == 4
    image, boxes = slices[0]
    off = [float((one.image - image).abs().max()) for one in inputs]
    first = int(np.argmin(off))
    assert off[first] <= 0.5 / 255 + 1e-6
    for k in range(4):
        image, boxes = slices[k]
        known = [one.boxes[first + k] for one in phantom.lesions if first + k in one.boxes]
        assert boxes.tolist() == (np.reshape(known, (-1, 4)) / 2).tolist()


def test_slices_are_rendered_once(recipe_text: str, tmp_path: Path) -> None:
    recipe = parse_recipe(recipe_text)
    told: list[tuple[int, int]] = []

    for _ in range(2):
        phantom_slices(
            recipe.data,
            recipe.data.seeds,
            recipe.input,
            tmp_path,
            lambda done, total: told.append((done, total)),
        )

    assert told == [(1, 2), (2, 2)]
