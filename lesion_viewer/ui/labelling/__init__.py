"""Labelling projects on screen: opening, readers, proposals.

From outside: ``project_controller``, ``proposals_controller``, ``queue_controller``,
``readers_controller``.
"""
