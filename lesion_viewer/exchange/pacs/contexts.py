"""What this program says and takes by DIMSE: services, kinds of objects, transfer syntaxes."""

from pydicom import uid

ECHO = uid.UID("1.2.840.10008.1.1")
FIND = uid.UID("1.2.840.10008.5.1.4.1.2.2.1")  # Study Root
MOVE = uid.UID("1.2.840.10008.5.1.4.1.2.2.2")
GET = uid.UID("1.2.840.10008.5.1.4.1.2.2.3")
STORED = (
    uid.CTImageStorage,
    uid.EnhancedCTImageStorage,
    uid.LegacyConvertedEnhancedCTImageStorage,
    uid.SecondaryCaptureImageStorage,
    uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    uid.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
    uid.BasicTextSRStorage,
    uid.EnhancedSRStorage,
    uid.ComprehensiveSRStorage,
    uid.Comprehensive3DSRStorage,
    uid.XRayRadiationDoseSRStorage,
    uid.KeyObjectSelectionDocumentStorage,
    uid.GrayscaleSoftcopyPresentationStateStorage,
    uid.SegmentationStorage,
    uid.RTStructureSetStorage,
    uid.EncapsulatedPDFStorage,
    uid.MRImageStorage,
    uid.EnhancedMRImageStorage,
    uid.PositronEmissionTomographyImageStorage,
    uid.ComputedRadiographyImageStorage,
    uid.DigitalXRayImageStorageForPresentation,
)
"""Kinds of objects that a study of a CT may hold; all of them are fetched and can be stored."""
SYNTAXES = [
    uid.ExplicitVRLittleEndian,
    uid.ImplicitVRLittleEndian,
    uid.DeflatedExplicitVRLittleEndian,
    uid.JPEGBaseline8Bit,
    uid.JPEGExtended12Bit,
    uid.JPEGLossless,
    uid.JPEGLosslessSV1,
    uid.JPEGLSLossless,
    uid.JPEGLSNearLossless,
    uid.JPEG2000Lossless,
    uid.JPEG2000,
    uid.RLELossless,
]
"""Transfer syntaxes that are read; an archive sends images as it keeps them."""
PDU_BYTES = 2**20
