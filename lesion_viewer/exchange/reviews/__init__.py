"""Whole reviews in and out: reviewed CSV, COCO, corrected labels.

From outside: ``coco_export``, ``external_labels``, ``import_outcome``, ``reviewed_csv``.
"""
