"""The coded terms of a structured report: where DICOM and SNOMED have none, our own."""

from pydicom.sr.coding import Code

from lesion_viewer.review.finding import Status

SCHEME = "99LESIONVIEWER"
"""Our own coding scheme (PS3.3 C.12.1.4): its terms are those below and no others."""

TEMPLATE = "1500"
"""Of the reports (PS3.16 TID 1500, Measurement Report)."""

ENGLISH = Code("en-US", "RFC5646", "English (United States)")
LESION = Code("52988006", "SCT", "Lesion")
LONG_AXIS = Code("103339001", "SCT", "Long axis")
SHORT_AXIS = Code("103340004", "SCT", "Short axis")
CERTAINTY = Code("111012", "DCM", "Certainty of Finding")
LENGTH = Code("410668003", "SCT", "Length")
ANGLE = Code("1483009", "SCT", "Angle")
AREA = Code("42798000", "SCT", "Area")
ATTENUATION = Code("112031", "DCM", "Attenuation Coefficient")
VOLUME = Code("118565006", "SCT", "Volume")
MEAN = Code("373098007", "SCT", "Mean")
STANDARD_DEVIATION = Code("386136009", "SCT", "Standard Deviation")
MINIMUM = Code("255605001", "SCT", "Minimum")
MAXIMUM = Code("56851009", "SCT", "Maximum")
SUM_OF_AREAS = Code("122503", "DCM", "Integration of sum of closed areas on contiguous slices")
SUM_OF_VOXELS = Code("126030", "DCM", "Sum of segmented voxel")
VALUE_UNKNOWN = Code("114010", "DCM", "Value unknown")
"""Measurements of CID 7469, what modifies them of CID 7464, methods of CID 7474, and CID 42."""

LENGTHS = (LENGTH, Code("121227", "DCM", "Line segment length"), Code("121206", "DCM", "Distance"))
"""Names under which programs write a straight distance."""

NO_UNITS = Code("1", "UCUM", "no units")
MILLIMETRE = Code("mm", "UCUM", "millimeter")
SQUARE_MILLIMETRE = Code("mm2", "UCUM", "square millimeter")
CUBIC_CENTIMETRE = Code("cm3", "UCUM", "cubic centimeter")
DEGREE = Code("deg", "UCUM", "degree")
HOUNSFIELD = Code("[hnsf'U]", "UCUM", "Hounsfield unit")
PIXELS = Code("{pixels}", "UCUM", "pixels")
COMMENT = Code("121106", "DCM", "Comment")
MEASUREMENTS = Code("126010", "DCM", "Imaging Measurements")
GROUP = Code("125007", "DCM", "Measurement Group")
TRACKING_UID = Code("112040", "DCM", "Tracking Unique Identifier")
OBSERVER_TYPE = Code("121005", "DCM", "Observer Type")
ALGORITHM_NAME = Code("111001", "DCM", "Algorithm Name")
ALGORITHM_PARAMETERS = Code("111002", "DCM", "Algorithm Parameters")
ALGORITHM_VERSION = Code("111003", "DCM", "Algorithm Version")
SITE = Code("363698007", "SCT", "Finding Site")
LIBRARY = Code("111028", "DCM", "Image Library")
LIBRARY_GROUP = Code("126200", "DCM", "Image Library Group")
SOURCE = Code("260753009", "SCT", "Source")
MODALITY = Code("121139", "DCM", "Modality")
CT = Code("CT", "DCM", "Computed Tomography")
CT_PROCEDURE = Code("77477000", "SCT", "Computed tomography")

ASSESSMENT = Code("assessment", SCHEME, "Assessment of AI result")
ASSESSMENTS = {
    Status.ACCEPTED: Code("accepted", SCHEME, "Accepted"),
    Status.CORRECTED: Code("corrected", SCHEME, "Accepted with a corrected region"),
    Status.ADDED: Code("supplemented", SCHEME, "Supplemented by the reader"),
    Status.REJECTED: Code("rejected", SCHEME, "Rejected"),
    Status.UNSURE: Code("unsure", SCHEME, "The reader cannot tell"),
    Status.UNDECIDED: Code("undecided", SCHEME, "Not assessed"),
}
"""IHE's words for what became of a result, accepted, rejected, supplemented, and two of ours.

The profile is IHE Radiology's AI Result Assessment (AIRA, of 2025); its codes were in no source at
hand, and DICOM's own terms have none for it.
"""

REJECTED_PART = Code("rejected_part", SCHEME, "Rejected findings")
FORMER_PART = Code("former_part", SCHEME, "Assessed findings as other reports have them")
NOTICE = Code("notice", SCHEME, "Notice")
LESION_TYPE = Code("lesion_type", SCHEME, "Lesion type")
TYPE_CAME = Code("lesion_type_was", SCHEME, "Lesion type as proposed")
REASON = Code("reason", SCHEME, "Reason for the assessment")
READER = Code("reader", SCHEME, "Reader")
DECIDED_AT = Code("decided_at", SCHEME, "Time of the assessment")
REGION = Code("region", SCHEME, "Region in pixels")
REGION_CAME = Code("region_was", SCHEME, "Region in pixels as proposed")
REMOVED = Code("region_removed", SCHEME, "Region that the reader removed")
AXES = Code("axes", SCHEME, "Axes in pixels")
SHAPE = Code("shape", SCHEME, "Measurement as drawn, in pixels")
OF_FINDING = Code("of_finding", SCHEME, "Tracking Unique Identifier of the measured finding")
AXES_CAME = Code("axes_was", SCHEME, "Axes in pixels as proposed")

NONE = "none"
"""Stands for a region, type or reader that there is not."""

SITES = {
    "liver": Code("10200004", "SCT", "Liver"),
    "lung": Code("39607008", "SCT", "Lung"),
    "kidney": Code("64033007", "SCT", "Kidney"),
    "mediastinum": Code("72410000", "SCT", "Mediastinum"),
    "abdomen": Code("818981001", "SCT", "Abdomen"),
    "bone": Code("3138006", "SCT", "Bone"),
    "soft tissue": Code("87784001", "SCT", "Soft tissue"),
    "pelvis": Code("816092008", "SCT", "Pelvis"),
}
"""Sites of DeepLesion's types (SNOMED CT)."""
