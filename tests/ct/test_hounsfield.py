"""HU of DICOM slices, expected values by hand from PS3.3 C.11.1.1.2 and PS3.5 section 8.1.1."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
)

from lesion_viewer.ct.dicom.pixels import PixelLayout, to_hu
from lesion_viewer.ct.reading import open_study
from lesion_viewer.errors import CTError


@pytest.fixture
def hu_of(tmp_path, write_slice):
    """HU of a slice with these stored pixels and header elements."""

    def hu_of(stored, dtype=np.int16, **changes):
        array = np.atleast_2d(np.array(stored, dtype))
        path = write_slice(tmp_path / "slice.dcm", stored=array, **changes)
        return open_study(path).series[0].decode(0).tolist()[0]

    return hu_of


def test_the_intercept_is_added(hu_of):
    assert hu_of([0, 1024, 2048, -5]) == [-1024, 0, 1024, -1029]


def test_a_fractional_slope_is_applied_and_rounded(hu_of):
    assert hu_of([10, 11], RescaleSlope=0.55, RescaleIntercept=-1.2) == [4, 5]


def test_every_slice_has_its_own_slope_and_intercept(tmp_path, write_slice):
    stored = np.full((2, 2), 100, np.int16)
    for index in range(3):
        slope, intercept = 1 + index, -10.0 * index
        write_slice(
            tmp_path / str(index), index, stored=stored, RescaleSlope=slope,
            RescaleIntercept=intercept,
        )  # fmt: skip
    series = open_study(tmp_path).series[0]
    assert [series.decode(i)[0, 0] for i in range(3)] == [100, 190, 280]


def test_unsigned_pixels_reach_their_upper_half(hu_of):
    assert hu_of([0, 32768, 33791], np.uint16) == [-1024, 31744, 32767]


def test_hu_beyond_16_bits_are_clipped(hu_of):
    assert hu_of([-32768, -32000], np.int16) == [-32768, -32768]
    assert hu_of([65535, 33792], np.uint16) == [32767, 32767]
    assert hu_of([30000], np.int16, RescaleSlope=2) == [32767]


def test_bits_outside_of_the_pixel_are_masked_off(hu_of):
    twelve = {"BitsStored": 12, "HighBit": 11}
    assert hu_of([0xF400, 0x0400], np.uint16, **twelve) == [0, 0]


def test_the_sign_of_a_12_bit_pixel_is_extended(hu_of):
    twelve = {"BitsStored": 12, "HighBit": 11, "RescaleIntercept": 0}
    assert hu_of([0x0FFF, 0x0800, 0x07FF], np.int16, **twelve) == [-1, -2048, 2047]


def test_a_pixel_that_sits_high_in_its_cell_is_shifted_down(hu_of):
    high = {"BitsStored": 12, "HighBit": 15}
    assert hu_of([1024 << 4, 1025 << 4 | 0xF], np.uint16, **high) == [0, 1]


def test_8_and_32_bit_pixels_are_read(hu_of):
    assert hu_of([0, 255], np.uint8) == [-1024, -769]
    assert hu_of([-70000, 1024, 70000], np.int32) == [-32768, 0, 32767]
    assert hu_of([1000, 4_000_000_000], np.uint32) == [-24, 32767]


def test_padding_brighter_than_any_tissue_becomes_air(hu_of):
    assert hu_of([63536, 1024], np.uint16, PixelPaddingValue=63536) == [-1024, 0]


def test_padding_is_found_in_the_bits_that_are_masked_off(hu_of):
    twelve = {"BitsStored": 12, "HighBit": 11, "PixelPaddingValue": 63536}
    assert hu_of([63536, 1024], np.uint16, **twelve) == [-1024, 0]


def test_a_padding_range_becomes_air(hu_of):
    limits = {"PixelPaddingValue": 30000, "PixelPaddingRangeLimit": 31000}
    assert hu_of([30000, 30500, 31000, 1024], np.int16, **limits) == [-1024, -1024, -1024, 0]


def test_padding_that_could_be_tissue_is_left_alone(hu_of):
    """A converter that declares 0 as padding must not punch holes into water."""
    assert hu_of([0, 50], RescaleIntercept=0, PixelPaddingValue=0) == [0, 50]


def test_padding_darker_than_air_stays_as_stored(hu_of):
    assert hu_of([-2000, 0], PixelPaddingValue=-2000) == [-3024, -1024]


def test_monochrome1_inverts_the_display_and_not_the_hu(hu_of):
    assert hu_of([1024, 1100], PhotometricInterpretation="MONOCHROME1") == [0, 76]


@settings(deadline=None)
@given(
    stored=arrays(st.sampled_from([np.int16, np.uint16, np.uint8, np.int32]), (3, 4)),
    slope=st.sampled_from([1.0, 1.0, 0.5, 2.0, -1.0, 1.7]),
    intercept=st.one_of(st.integers(-40000, 40000), st.floats(-3000, 3000)),
)
def test_hu_are_the_rescaled_values_rounded_and_clipped(stored, slope, intercept):
    bits = stored.dtype.itemsize * 8
    layout = PixelLayout(
        rows=3, columns=4, bits_allocated=bits, bits_stored=bits, high_bit=bits - 1,
        is_signed=stored.dtype.kind == "i", slope=slope, intercept=intercept, padding=None,
    )  # fmt: skip
    expected = np.clip(np.rint(stored.astype(float) * slope + intercept), -32768, 32767)
    np.testing.assert_array_equal(to_hu(stored, layout), expected)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"RescaleSlope": None}, "has no rescale slope and intercept, so its HU are unknown"),
        ({"RescaleIntercept": None}, "has no rescale slope and intercept"),
        ({"RescaleSlope": 0}, "has no rescale slope and intercept"),
        ({"RescaleType": "HU_MOD"}, "holds HU_MOD, not HU"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "is a colour image (PALETTE COLOR)"),
        ({"BitsStored": 17}, "has an unusable pixel of 17 bits in 16"),
        ({"Rows": 60000, "Columns": 60000}, "has an unusable size of 60000 x 60000 pixels"),
        ({"Rows": 0}, "has an unusable size of 0 x 6 pixels"),
    ],
)
def test_pixels_that_are_no_hu_are_refused_by_name(tmp_path, write_slice, changes, reason):
    path = write_slice(tmp_path / "odd.dcm", **changes)
    with pytest.raises(CTError) as error:
        open_study(path)
    assert "odd.dcm" in str(error.value)
    assert reason in str(error.value)


@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
def test_uncompressed_syntaxes_give_the_same_hu(tmp_path, write_slice, syntax):
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    stored = np.arange(24, dtype=f"{order}i2").reshape(4, 6) * 100 - 800
    path = write_slice(
        tmp_path / "slice", stored=stored.astype(f"{order}i2"), transfer_syntax=syntax
    )
    hu = open_study(path).series[0].decode(0)
    np.testing.assert_array_equal(hu, np.arange(24).reshape(4, 6) * 100 - 1824)


@pytest.mark.parametrize("dtype", [np.int16, np.uint16])
def test_run_length_encoding_gives_the_same_hu(tmp_path, ct_slice, dtype):
    stored = np.random.default_rng(0).integers(0, 3000, (16, 16)).astype(dtype)
    dataset = ct_slice(stored=stored)
    dataset.compress(RLELossless)
    path = tmp_path / "slice"
    pydicom.dcmwrite(path, dataset)
    hu = open_study(path).series[0].decode(0)
    np.testing.assert_array_equal(hu, stored.astype(int) - 1024)


def test_a_cut_off_slice_is_named_with_what_is_missing(tmp_path, write_slice):
    path = write_slice(tmp_path / "cut.dcm")
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(CTError, match=r"cut\.dcm is cut off: 38 of 48 bytes of pixel data"):
        open_study(path).series[0].decode(0)


def test_pixels_that_cannot_be_decoded_name_file_and_transfer_syntax(tmp_path, ct_slice):
    dataset = ct_slice()
    dataset.compress(RLELossless)
    dataset.file_meta.TransferSyntaxUID = JPEG2000Lossless
    path = tmp_path / "broken.dcm"
    pydicom.dcmwrite(path, dataset)
    with pytest.raises(CTError) as error:
        open_study(path).series[0].decode(0)
    assert "broken.dcm" in str(error.value)
    assert "JPEG 2000" in str(error.value)
    assert "1.2.840.10008.1.2.4.90" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.realdata
def test_hu_equal_pydicoms_on_every_real_slice(real_data: Path):
    compared = 0
    for folder in ("ircadb01/case01/DICOM", "dicom-edge/gantry-tilt-variable-spacing",
                   "dicom-edge/mixed-study"):  # fmt: skip
        for series in open_study(real_data / folder).series:
            for index, source in enumerate(series.slices):
                dataset = pydicom.dcmread(real_data / folder / source.file)
                rescaled = pydicom.pixels.processing.apply_modality_lut(
                    dataset.pixel_array, dataset
                )
                np.testing.assert_array_equal(series.decode(index), np.rint(rescaled))
                compared += 1
    assert compared == 129 + 28 + 28


TRANSFER_SYNTAXES = "dicom-edge/transfer-syntaxes"
LOSSLESS = (
    "BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2",
    "DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99",
    "JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90",
    "JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80",
    "JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70",
    "JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57",
    "LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1",
    "LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2",
    "RLELosslessTransferSyntax_1.2.840.10008.1.2.5",
)
LOSSY = (
    "JPEG2000TransferSyntax_1.2.840.10008.1.2.4.91",
    "JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81",
    "JPEGProcess1TransferSyntax_1.2.840.10008.1.2.4.50",
    "JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51",
)
RETIRED = (
    "JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53",
    "JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55",
)


def real_hu(real_data: Path, syntax: str) -> np.ndarray:
    path = real_data / TRANSFER_SYNTAXES / f"CTImage.dcm_{syntax}.dcm"
    return open_study(path).series[0].decode(0)


@pytest.fixture
def uncompressed(real_data: Path) -> np.ndarray:
    return open_study(real_data / TRANSFER_SYNTAXES / "CTImage.dcm").series[0].decode(0)


@pytest.mark.realdata
@pytest.mark.parametrize("syntax", LOSSLESS)
def test_a_real_slice_has_the_same_hu_in_every_lossless_syntax(real_data, uncompressed, syntax):
    np.testing.assert_array_equal(real_hu(real_data, syntax), uncompressed)


@pytest.mark.realdata
@pytest.mark.parametrize("syntax", LOSSY)
def test_a_real_slice_has_nearly_the_same_hu_in_every_lossy_syntax(real_data, uncompressed, syntax):
    differences = np.abs(real_hu(real_data, syntax).astype(int) - uncompressed)
    assert differences.mean() < 25  # 8-bit JPEG has steps of 32 HU


@pytest.mark.realdata
@pytest.mark.parametrize("syntax", RETIRED)
def test_a_retired_syntax_is_refused_by_name(real_data, syntax):
    with pytest.raises(CTError) as error:
        real_hu(real_data, syntax)
    assert syntax in str(error.value)
    assert syntax.rpartition("_")[2] in str(error.value)


@pytest.mark.parametrize(
    ("element", "dtype", "name"),
    [
        ("FloatPixelData", np.float32, "Float Pixel Data"),
        ("DoubleFloatPixelData", np.float64, "Double Float Pixel Data"),
    ],
)
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_floating_point_pixels_are_refused_by_their_name(
    tmp_path: Path,
    ct_slice: Callable[..., pydicom.FileDataset],
    element: str,
    dtype: type[np.floating],
    name: str,
    syntax: pydicom.uid.UID,
) -> None:
    """PS3.3 C.7.6.24 and C.7.6.25; they were "no pixels"."""
    dataset = ct_slice(transfer_syntax=syntax)
    del dataset.PixelData
    setattr(dataset, element, np.full((4, 6), 300, dtype).tobytes())
    dataset.BitsAllocated = np.dtype(dtype).itemsize * 8
    path = tmp_path / "slice"
    pydicom.dcmwrite(path, dataset, enforce_file_format=True)
    with pytest.raises(CTError, match=f"holds {name}, which is not read"):
        open_study(path)
