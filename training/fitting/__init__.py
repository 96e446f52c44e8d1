"""Weights from a recipe: the loop, rendered slices, the order of samples, the run's folder.

From outside: ``fit_options``, ``learner``, ``loop``, ``rendered_slices``, ``sample_order``.
"""
