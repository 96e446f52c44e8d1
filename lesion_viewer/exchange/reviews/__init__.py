"""Whole reviews that leave as reviewed CSV or COCO.

From outside: ``coco_export``, ``readings_csv``, ``reviewed_csv``.
"""
