"""Recipes: what a TOML file becomes, and what is said of one that cannot be used."""

from pathlib import Path

import pytest
import torch

from lesion_viewer.detection.models import build_model
from lesion_viewer.errors import TrainingError
from training.recipe.recipe import parse_recipe, read_recipe

RECIPES = sorted((Path(__file__).parents[2] / "training" / "recipes").glob("*.toml"))


@pytest.mark.parametrize("file", RECIPES, ids=lambda f: f.stem)
def test_the_recipes_that_come_with_the_program_can_be_read(file: Path) -> None:
    recipe = read_recipe(file)

    assert recipe.name and recipe.fit.batch > 0


@pytest.mark.parametrize("file", RECIPES, ids=lambda f: f.stem)
def test_the_model_of_each_recipe_can_be_built(file: Path) -> None:
    recipe = read_recipe(file)

    with torch.device("meta"):
        model = build_model(recipe.architecture, recipe.options, recipe.input.slices)

    assert sum(p.numel() for p in model.parameters()) > 10_000


def test_a_recipe_gives_the_values_of_its_file(recipe_text: str) -> None:
    recipe = parse_recipe(recipe_text)

    assert recipe.input.window.lower == -175
    assert recipe.data.seeds == (900, 902)
    assert recipe.augmentation.contrast == (1.0, 1.0)
    assert recipe.fit.learning_rate == 0.001


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("steps = 6", "stepz = 6", "unknown entry 'stepz' in fit"),
        ("batch = 2", "", "fit lacks 'batch'"),
        ("steps = 6", "", "either steps or epochs"),
        ("steps = 6", "steps = 6\nepochs = 1", "either steps or epochs"),
        ("steps = 6", 'steps = "6"', "steps in fit is a int, not '6'"),
        ("steps = 6", 'steps = 6\noptimiser = "sgd"', "optimiser in fit is one of adam, adamw"),
        ("average = 0.9", "average = 1.0", "average in fit is from 0 up to under 1"),
        ("clip = 5.0", "only_with_lesion = 1", "only_with_lesion in fit is true or false, not 1"),
        ("slices = 3", "slices = 4", "odd number of slices"),
        ('name = "tiny"', "name = ", "Invalid value"),
        ('name = "tiny"', "", "the recipe lacks"),
    ],
)
def test_a_faulty_recipe_is_refused_in_a_sentence(
    recipe_text: str, old: str, new: str, said: str
) -> None:
    with pytest.raises(TrainingError, match=said) as caught:
        parse_recipe(recipe_text.replace(old, new, 1))

    assert "\n" not in str(caught.value)


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"none\.toml cannot be read"):
        read_recipe(tmp_path / "none.toml")
