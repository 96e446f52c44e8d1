"""Faster R-CNN on CT slices, put together from torchvision's parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.generalized_rcnn import GeneralizedRCNN
from torchvision.models.detection.rpn import RPNHead
from torchvision.models.detection.transform import GeneralizedRCNNTransform
from torchvision.ops import FeaturePyramidNetwork
from torchvision.ops.feature_pyramid_network import LastLevelMaxPool

from lesion_viewer.detection.models.context_pooling import ContextRoIAlign
from lesion_viewer.detection.models.efficientnet_lite import (
    EFFICIENTNETS,
    EfficientNetLiteTrunk,
)
from lesion_viewer.detection.models.finiteness import NOT_FINITE
from lesion_viewer.detection.models.ignored_regions import IgnoringRoIHeads, IgnoringRPN
from lesion_viewer.detection.models.normalisation import NORMS
from lesion_viewer.detection.models.objectness import ListeningRoIHeads, TellingRPN
from lesion_viewer.detection.models.one_box import channel_statistics
from lesion_viewer.detection.models.resnet import STAGES, ResNetTrunk
from lesion_viewer.detection.models.typed_heads import TypedRoIHeads
from lesion_viewer.detection.models.vgg.vgg16_trunk import VGGPyramid
from lesion_viewer.errors import DetectionError

BACKBONES = (*STAGES, "vgg16", *EFFICIENTNETS)
PUBLISHED_WIDTH = 64
COARSEST_STAGE = 5

MIN_SCORE = 0.001
"""Lowest score of a box that is given; a higher limit would cut off the right end of a FROC."""


@dataclass(frozen=True, slots=True)
class FasterRCNNOptions:
    """Shape of a Faster R-CNN; the defaults fit DeepLesion's liver boxes at 512 pixels.

    Attributes
    ----------
    backbone : str
        ``resnet18``, ``resnet34``, ``resnet50``, ``resnet101``, ``vgg16`` or
        ``efficientnet_lite0``.
    width : int
        Channels of the backbone's first blocks; 64 is the published network, and the only width
        of ``efficientnet_lite0``.
    norm : str
        ``group`` (trains at any batch size), ``batch``, ``frozen_batch`` (for given weights), or
        ``none`` (VGG-16 as published).
    fpn : bool
        Whether detection sees a feature pyramid; without it, a single map, as in the first paper.
    levels : tuple[int, ...]
        Maps to detect on, level k with strides of 2**k pixels; consecutive, within 2 to 5, and 6
        for a pooled map above 5; exactly one without a pyramid.
    out_channels : int
        Channels of every map that detection sees.
    head_size : int
        Features of the box head's two layers.
    anchor_sizes : tuple[tuple[float, ...], ...]
        Anchors' sides in input pixels, for each level; as many on each level.
    anchor_ratios : tuple[float, ...]
        Anchors' height / width.
    proposals_train, proposals : int
        Boxes that the region proposal network keeps on a slice, in training and in use.
    detections : int
        Boxes that are kept on a slice, at most.
    nms_iou : float
        Of two boxes that overlap by more than this IoU, the one of lower score is dropped.
    background_iou : float
        In training, the box head takes a proposal for background that overlaps no lesion by this
        IoU; proposals from there up to .5 are left out. Lower values bear with small lesions,
        which a shift of two pixels takes below .5.
    lesion_iou : float
        In training, the box head takes a proposal for a lesion that it overlaps by this IoU.
    context : float
        The box head sees proposals with this factor on both sides, so that it knows what lies
        around a small one.
    objectness : float
        In use, this share of a proposal's logit of objectness is added to the lesion's logit.
    image_mean, image_std : tuple[float, ...]
        Per channel: the input less the mean, divided by the deviation, for weights that expect it;
        empty leaves the input at 0 to 1.
    windows : tuple[tuple[float, ...], ...]
        Narrower windows through which the network sees each slice, beside one another, as their
        lowest and highest grey level of the input; empty for the input as it is.

    Raises
    ------
    DetectionError
        For options that contradict each other.
    """

    backbone: str = "resnet18"
    width: int = PUBLISHED_WIDTH
    norm: str = "group"
    fpn: bool = True
    levels: tuple[int, ...] = (2, 3, 4, 5)
    out_channels: int = 256
    head_size: int = 1024
    anchor_sizes: tuple[tuple[float, ...], ...] = ((16, 22), (32, 45), (64, 90), (128, 181))
    anchor_ratios: tuple[float, ...] = (2 / 3, 1.0, 3 / 2)
    proposals_train: int = 1000
    proposals: int = 300
    detections: int = 100
    nms_iou: float = 0.5
    background_iou: float = 0.5
    lesion_iou: float = 0.5
    context: float = 1.0
    objectness: float = 0.0
    image_mean: tuple[float, ...] = ()
    image_std: tuple[float, ...] = ()
    windows: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        if self.backbone not in BACKBONES:
            known = ", ".join(BACKBONES)
            raise DetectionError(f"unknown backbone '{self.backbone}'; known: {known}")
        norms = (*NORMS, "none") if self.backbone == "vgg16" else tuple(NORMS)
        if self.norm not in norms:
            known = ", ".join(norms)
            raise DetectionError(f"{self.backbone} has no norm '{self.norm}'; known: {known}")
        if self.backbone in EFFICIENTNETS and self.width != PUBLISHED_WIDTH:
            raise DetectionError(f"{self.backbone} has no other width than its own")
        run = tuple(range(self.levels[0], self.levels[0] + len(self.levels))) if self.levels else ()
        if not run or self.levels != run or run[0] < 2 or run[-1] > COARSEST_STAGE + 1:
            raise DetectionError(f"levels are a run within 2 to 6, not {self.levels}")
        if not self.fpn and (len(self.levels) > 1 or self.levels[0] > COARSEST_STAGE):
            raise DetectionError(f"without a pyramid there is one level, 2 to 5, not {self.levels}")
        if not 0 < self.background_iou <= self.lesion_iou <= 1:
            raise DetectionError("background_iou is over 0 and at most lesion_iou")
        if self.context < 1:
            raise DetectionError(f"context is a factor of at least 1, not {self.context}")
        for one in self.windows:
            if len(one) != 2 or not one[0] < one[1]:
                raise DetectionError(f"windows are pairs of grey levels that rise, not {one}")
        if self.levels[0] > COARSEST_STAGE:
            raise DetectionError("level 6 is pooled from level 5, which levels leave out")
        if len(self.anchor_sizes) != len(self.levels) or len(set(map(len, self.anchor_sizes))) != 1:
            raise DetectionError(
                f"anchor_sizes are as many on each of the {len(self.levels)} levels,"
                f" not {self.anchor_sizes}"
            )


def faster_rcnn(options: FasterRCNNOptions, slices: int, classes: int) -> GeneralizedRCNN:
    """A Faster R-CNN for inputs of ``slices`` channels and ``classes`` lesion classes.

    Parameters
    ----------
    options : FasterRCNNOptions
        Shape of the network.
    slices : int
        CT slices of one input, its channels.
    classes : int
        Lesion classes, without the background.

    Returns
    -------
    GeneralizedRCNN
        A model with weights as initialised.

    Raises
    ------
    DetectionError
        Where several classes are to be scored by objectness.

    Notes
    -----
    Ren et al. 2015; pyramid of Lin et al. 2017. With ``resnet50``, ``frozen_batch``, levels 2 to 6
    and the sizes 32 to 512 the weights are named and shaped as torchvision's
    ``fasterrcnn_resnet50_fpn`` of one class. Targets may have ``ignored`` boxes (m, 4), see
    ``ignored_regions``.
    """
    if options.objectness and classes > 1:
        raise DetectionError("objectness is for one lesion class")
    backbone = _Backbone(options, slices)
    backbone.register_forward_hook(_refuse_what_is_not_finite)
    return GeneralizedRCNN(
        backbone,
        _proposal_network(options, classes),
        _box_heads(options, backbone.stages, classes),
        _InputAsItIs(options, slices),
    )


def _proposal_network(options: FasterRCNNOptions, classes: int) -> IgnoringRPN:
    anchors = AnchorGenerator(
        options.anchor_sizes, (options.anchor_ratios,) * len(options.anchor_sizes)
    )
    network = TellingRPN if classes == 1 else IgnoringRPN
    return network(
        anchors,
        RPNHead(options.out_channels, anchors.num_anchors_per_location()[0]),
        fg_iou_thresh=0.7,
        bg_iou_thresh=0.3,
        batch_size_per_image=256,
        positive_fraction=0.5,
        pre_nms_top_n={"training": 2 * options.proposals_train, "testing": options.proposals},
        post_nms_top_n={"training": options.proposals_train, "testing": options.proposals},
        nms_thresh=0.7,
    )


def _box_heads(options: FasterRCNNOptions, maps: list[str], classes: int) -> IgnoringRoIHeads:
    # Several types share the predictor of one class, see ``typed_heads``.
    heads: Callable[..., IgnoringRoIHeads] = partial(ListeningRoIHeads, options.objectness)
    if classes > 1:
        heads = partial(TypedRoIHeads, options.head_size, classes)
    return heads(
        ContextRoIAlign(maps, options.context),
        TwoMLPHead(options.out_channels * 7 * 7, options.head_size),
        FastRCNNPredictor(options.head_size, 2),
        fg_iou_thresh=options.lesion_iou,
        bg_iou_thresh=options.background_iou,
        batch_size_per_image=512,
        positive_fraction=0.25,
        bbox_reg_weights=None,
        score_thresh=MIN_SCORE,
        nms_thresh=options.nms_iou,
        detections_per_img=options.detections,
    )


class _Backbone(nn.Module):
    """Trunk and the maps that detection sees, each with ``out_channels`` channels."""

    def __init__(self, options: FasterRCNNOptions, slices: int) -> None:
        super().__init__()
        self.out_channels = options.out_channels
        self._windows = options.windows
        channels_in = slices * max(1, len(options.windows))
        self.stages = [str(level) for level in options.levels if level <= COARSEST_STAGE]
        self.body: VGGPyramid | ResNetTrunk | EfficientNetLiteTrunk
        if options.backbone == "vgg16":
            self.body = VGGPyramid(channels_in, options.width, options.norm)
        elif options.backbone in EFFICIENTNETS:
            self.body = EfficientNetLiteTrunk(options.norm, channels_in)
        else:
            self.body = ResNetTrunk(options.backbone, options.norm, channels_in, options.width)
        channels = [self.body.channels[int(stage)] for stage in self.stages]
        self.fpn = None
        if options.fpn:
            pool = LastLevelMaxPool() if options.levels[-1] > COARSEST_STAGE else None
            self.fpn = FeaturePyramidNetwork(channels, options.out_channels, pool)
        else:
            self.projection = nn.Conv2d(channels[0], options.out_channels, 1)

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Maps by level, finest first."""
        if self._windows:
            seen = [((images - low) / (high - low)).clamp(0, 1) for low, high in self._windows]
            images = torch.cat(seen, 1)
        all_maps = self.body(images)
        maps: dict[str, Tensor] = {stage: all_maps[stage] for stage in self.stages}
        if self.fpn is None:
            return {stage: self.projection(x) for stage, x in maps.items()}
        pyramid: dict[str, Tensor] = self.fpn(maps)
        return pyramid


class _InputAsItIs(GeneralizedRCNNTransform):  # type: ignore[misc]
    """Torchvision's batching without its resizing: ``detection.inputs`` has resampled already."""

    def __init__(self, options: FasterRCNNOptions, slices: int) -> None:
        mean, std = channel_statistics(options.image_mean, options.image_std, slices)
        super().__init__(min_size=0, max_size=0, image_mean=mean, image_std=std)

    def resize(
        self, image: Tensor, target: dict[str, Tensor] | None = None
    ) -> tuple[Tensor, dict[str, Tensor] | None]:
        """The image and its target, unchanged."""
        return image, target

    def postprocess(
        self,
        result: list[dict[str, Tensor]],
        image_shapes: list[tuple[int, int]],
        original_image_sizes: list[tuple[int, int]],
    ) -> list[dict[str, Tensor]]:
        """The boxes, unchanged: they are in input pixels."""
        return result


def _refuse_what_is_not_finite(
    backbone: nn.Module, images: tuple[Tensor], maps: dict[str, Tensor]
) -> None:
    # Torchvision drops proposals that are NaN: broken weights would silently find nothing.
    coarsest = list(maps.values())[-1]
    if not backbone.training and not coarsest.isfinite().all():
        raise DetectionError(NOT_FINITE)
