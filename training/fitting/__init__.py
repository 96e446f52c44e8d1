"""Weights from a recipe: the loop, rendered slices, the order of samples, the run's folder.

From outside: ``learner``, ``loop``, ``rendered_slices``, ``run_folder``, ``sample_order``.
"""
