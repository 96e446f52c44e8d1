"""The coded terms of a structured report: where DICOM and SNOMED have none, our own."""

from pydicom.sr.coding import Code

from lesion_viewer.review.finding import Status

SCHEME = "99LESIONVIEWER"
"""Our own coding scheme (PS3.3 C.12.1.4): its terms are those below and no others."""

LESION = Code("52988006", "SCT", "Lesion")
LONG_AXIS = Code("103339001", "SCT", "Long axis")
SHORT_AXIS = Code("103340004", "SCT", "Short axis")
CERTAINTY = Code("111012", "DCM", "Certainty of Finding")
NO_UNITS = Code("1", "UCUM", "no units")
MILLIMETRE = Code("mm", "UCUM", "millimeter")
COMMENT = Code("121106", "DCM", "Comment")
MEASUREMENTS = Code("126010", "DCM", "Imaging Measurements")
GROUP = Code("125007", "DCM", "Measurement Group")
TRACKING_UID = Code("112040", "DCM", "Tracking Unique Identifier")
ALGORITHM_NAME = Code("111001", "DCM", "Algorithm Name")
ALGORITHM_PARAMETERS = Code("111002", "DCM", "Algorithm Parameters")
ALGORITHM_VERSION = Code("111003", "DCM", "Algorithm Version")
SITE = Code("363698007", "SCT", "Finding Site")
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
"""IHE's words for what became of a result, accepted, rejected, supplemented, and two of ours."""

REJECTED_PART = Code("rejected_part", SCHEME, "Rejected findings")
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
