"""Hounsfield units: their limits, and display windows.

From outside: ``hounsfield``, ``window``.
"""
