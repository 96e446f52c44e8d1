"""Whole reviews that leave as reviewed CSV or COCO.

From outside: ``coco_export``, ``reviewed_csv``.
"""
