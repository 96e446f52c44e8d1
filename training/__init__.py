"""Training: scans from many sources, a recipe, weights, and how good they are.

From outside: ``synthesis``.
"""
