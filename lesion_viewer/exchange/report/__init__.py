"""The audit report of a review as one HTML file with pictures.

From outside: ``audit``.
"""
