"""A recipe that fits in seconds."""

import pytest

RECIPE = """
name = "tiny"
version = "1"
seed = 5
architecture = "faster_rcnn"
training_data = "phantoms"
terms = "Apache-2.0"
limits = "for tests"

[options]
width = 8
levels = [3, 4]
out_channels = 16
head_size = 16
anchor_sizes = [[8, 16], [24, 32]]
proposals_train = 16
proposals = 16

[input]
window = { width = 450, level = 50 }
slices = 3
pixel_mm = 6.0

[data]
kind = "phantoms"
seeds = [900, 902]
validation_seeds = [910, 911]
slice_mm = [5.0]
pixel_mm = 3.0
rows = 128
slices_of_each = 4
lesions = [8, 8]

[augmentation]
flip = 0.5
scale = [0.9, 1.1]
shift = 0.05
noise = 0.02

[fit]
steps = 6
batch = 2
learning_rate = 0.001
weight_decay = 0.01
warm_up = 2
clip = 5.0
average = 0.9
validate_every = 3
save_every = 3
"""


@pytest.fixture(autouse=True)
def one_thread() -> None:
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def recipe_text() -> str:
    return RECIPE


@pytest.fixture(scope="session")
def one_box_text(recipe_text: str) -> str:
    """The same data for the baseline, a batch of 4 and a fixed side."""
    head, rest = recipe_text.split("[options]")
    _, rest = rest.split("[input]")
    return (
        head.replace("faster_rcnn", "baseline")
        + "[options]\nside = 64\nchannels = [4, 4]\n[input]"
        + rest.replace("batch = 2", "batch = 4\nonly_with_lesion = true\nimages_at_once = 1")
    )
