"""COCO JSON: a review written, annotations of other tools read.

From outside: ``export``.
"""
