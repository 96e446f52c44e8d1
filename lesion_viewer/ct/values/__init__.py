"""Hounsfield units: their limits, and the windows through which they are seen.

From outside: ``hounsfield``, ``window``.
"""
