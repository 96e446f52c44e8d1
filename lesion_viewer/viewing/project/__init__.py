"""The labelling project on show: the walk through its slices.

From outside: ``open_project``, ``project_model``.
"""
