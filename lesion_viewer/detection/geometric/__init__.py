"""Lesions of the liver by thresholds, shapes and growing: a detector without weights of its own.

From outside: ``loading``.
"""
