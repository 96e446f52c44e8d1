"""The packages of a distribution; everything else about it stands in pyproject.toml.

``training`` and ``resources`` lie at the top of the repository. Installed under those names they
would clash with anybody's, so they become ``lesion_training`` and ``lesion_viewer.resources``.
"""

from setuptools import find_packages, setup

TRAINING = find_packages(include=["training", "training.*"])

setup(
    packages=[
        *find_packages(include=["lesion_viewer", "lesion_viewer.*"]),
        "lesion_viewer.resources",
        *(f"lesion_{name}" for name in TRAINING),
    ],
    package_dir={"lesion_training": "training", "lesion_viewer.resources": "resources"},
)
