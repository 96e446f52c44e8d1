"""Hounsfield units: their limits, whether values can be such, and the windows they are seen in.

From outside: ``hounsfield``, ``window``.
"""
