"""Label volumes over a CT: their connected parts become findings; masks and lesions are written.

From outside: ``findings``, ``label_nrrd``, ``lesion_labels``, ``marking``.
"""
