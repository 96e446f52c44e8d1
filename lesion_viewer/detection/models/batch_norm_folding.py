"""Normalisation folded into the convolution before it: the same outputs, fewer passes."""

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_weights
from torchvision.ops import FrozenBatchNorm2d

NormLayer = nn.BatchNorm2d | FrozenBatchNorm2d


def fold_batch_norms(model: nn.Module) -> nn.Module:
    """``model`` with every batch norm folded into its convolution, in place; for evaluation only.

    Pairs are ``convN`` and ``bnN`` of one module, as in torchvision's ResNets, and neighbours in a
    ``Sequential``. Group norm depends on the image and stays.
    """
    for module in list(model.modules()):
        children = dict(module.named_children())
        names = list(children)
        for name, following in zip(names, names[1:], strict=False):
            if isinstance(module, nn.Sequential) and _is_pair(children[name], children[following]):
                _fold(module, name, following)
        for name in names:
            norm = name.replace("conv", "bn")
            if name != norm and _is_pair(children[name], children.get(norm)):
                _fold(module, name, norm)
    return model


def _is_pair(conv: nn.Module, norm: nn.Module | None) -> bool:
    return isinstance(conv, nn.Conv2d) and isinstance(norm, NormLayer)


def _fold(module: nn.Module, conv_name: str, norm_name: str) -> None:
    conv, norm = module.get_submodule(conv_name), module.get_submodule(norm_name)
    assert isinstance(conv, nn.Conv2d) and isinstance(norm, NormLayer)
    weight, bias = fuse_conv_bn_weights(
        conv.weight,
        conv.bias,
        norm.running_mean,
        norm.running_var,
        norm.eps,
        norm.weight,
        norm.bias,
    )
    conv.weight, conv.bias = nn.Parameter(weight, False), nn.Parameter(bias, False)
    setattr(module, norm_name, nn.Identity())
