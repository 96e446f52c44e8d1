"""Positions and orientation of slices in the patient.

From outside: ``stack``, ``turn``.
"""
