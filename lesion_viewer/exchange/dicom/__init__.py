"""Reviews as DICOM objects, which a PACS files under the study, and back.

From outside: ``files``, ``key_images``, ``report_reading``, ``report_writing``,
``segmentation_writing``, ``structure_sets``.
"""
