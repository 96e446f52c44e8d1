"""Label volumes over a CT: their connected parts become findings; masks are written.

From outside: ``findings``, ``label_nrrd``.
"""
