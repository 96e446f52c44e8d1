"""Label volumes over a CT: their connected parts become findings.

From outside: ``findings``.
"""
