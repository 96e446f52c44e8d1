"""Findings on screen: table, decisions, marks on the picture.

From outside: ``controller``, ``decision_panel``, ``findings_table``, ``marks_controller``.
"""
