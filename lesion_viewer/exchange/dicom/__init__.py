"""Reviews as DICOM objects, which a PACS files under the study, and back.

From outside: ``files``, ``report_reading``, ``report_writing``.
"""
