"""Slices to learn from: the viewer's inputs, with boxes where the phantom's lesions are."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lesion_viewer.ct.phantom.abdomen import make_phantom
from lesion_viewer.detection.inputs import model_input
from training.fitting.rendered_slices import cached_slices, rendered
from training.recipe.recipe import Recipe, parse_recipe
from training.recipe.scan_data import PhantomData
from training.sources.phantom_scans import PhantomSource

KILLED = """
import os, signal, sys
from pathlib import Path
from training.sources.phantom_scans import PhantomSource
from training.recipe.recipe import read_recipe
from training.fitting.rendered_slices import cached_slices

recipe = read_recipe(Path(sys.argv[1]))
source = PhantomSource(recipe.data, recipe.data.seeds)
die = lambda done, total: os.kill(os.getpid(), signal.SIGKILL)
cached_slices(source, recipe.input, Path(sys.argv[2]), "train", die)
"""


def phantoms_of(recipe: Recipe) -> PhantomData:
    assert isinstance(recipe.data, PhantomData)
    return recipe.data


def test_slices_are_what_the_viewer_would_show_the_model(recipe_text: str, tmp_path: Path) -> None:
    recipe = parse_recipe(recipe_text)
    phantom = make_phantom(900, (48, 128, 128), (5.0, 3.0, 3.0), lesions=8)
    inputs = [model_input(phantom.hu, i, phantom.spacing_mm, recipe.input) for i in range(48)]

    slices = cached_slices(
        PhantomSource(phantoms_of(recipe), (900, 901)), recipe.input, tmp_path, "train"
    )

    assert len(slices) == 4
    image, boxes, *_ = slices[0]
    off = [np.abs(one.image - image.numpy()).max() for one in inputs]
    first = int(np.argmin(off))
    assert off[first] <= 0.5 / 255 + 1e-6
    for k in range(4):
        image, boxes, *_ = slices[k]
        known = [one.boxes[first + k] for one in phantom.lesions if first + k in one.boxes]
        assert boxes.tolist() == (np.reshape(known, (-1, 4)) / 2).tolist()


def test_slices_are_rendered_once(recipe_text: str, tmp_path: Path) -> None:
    recipe = parse_recipe(recipe_text)
    told: list[tuple[int, int]] = []

    for _ in range(2):
        cached_slices(
            PhantomSource(phantoms_of(recipe), recipe.data.seeds),
            recipe.input,
            tmp_path,
            "train",
            lambda done, total: told.append((done, total)),
        )

    assert told == [(1, 2), (2, 2)]


def test_a_rendering_that_was_stopped_is_begun_anew(recipe_text: str, tmp_path: Path) -> None:
    recipe = parse_recipe(recipe_text)
    source = PhantomSource(phantoms_of(recipe), recipe.data.seeds)
    whole = cached_slices(source, recipe.input, tmp_path / "whole", "train")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cached_slices(source, recipe.input, tmp_path / "cache", "train", stop)
    again = cached_slices(source, recipe.input, tmp_path / "cache", "train")

    assert len(again) == len(whole)
    assert all((a.image == b.image).all() for a, b in zip(again, whole, strict=True))


@pytest.mark.slow
def test_processes_render_what_one_renders(recipe_text: str, tmp_path: Path) -> None:
    recipe = parse_recipe(recipe_text)
    source = PhantomSource(phantoms_of(recipe), (900, 908))
    slices = cached_slices(source, recipe.input, tmp_path, "train")
    one_by_one = [one for k in range(8) for one in rendered(source.scan(k), recipe.input)]
    assert len(slices) == len(one_by_one)
    for sample, one in zip(slices, one_by_one, strict=True):
        assert ((sample.image * 255).round().numpy() == one.image).all()
        assert sample.boxes.tolist() == one.boxes


def test_a_rendering_that_was_killed_is_not_taken_for_whole(
    recipe_text: str, tmp_path: Path
) -> None:
    (tmp_path / "recipe.toml").write_text(recipe_text)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "recipe.toml"), str(tmp_path / "cache")],
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert list((tmp_path / "cache").iterdir())

    recipe = parse_recipe(recipe_text)
    source = PhantomSource(phantoms_of(recipe), recipe.data.seeds)
    slices = cached_slices(source, recipe.input, tmp_path / "cache", "train")

    whole = [one for k in range(2) for one in rendered(source.scan(k), recipe.input)]
    assert len(slices) == len(whole)
    for sample, one in zip(slices, whole, strict=True):
        assert ((sample.image * 255).round().numpy() == one.image).all()
