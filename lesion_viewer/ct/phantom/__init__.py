"""An abdomen in Hounsfield units from a seed, with lesions whose boxes are known.

From outside: ``abdomen``.
"""
