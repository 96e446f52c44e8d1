"""Whole reviews in and out: reviewed CSV, COCO, projects, proposals, corrected labels.

From outside: ``coco_export``, ``external_labels``, ``import_outcome``, ``project_files``,
``proposals_csv``, ``reviewed_csv``, ``reviewed_slices``.
"""
