"""Archives of a hospital: studies are searched, fetched, received and sent, by DIMSE and DICOMweb.

From outside: ``addresses``, ``archive``, ``receiver``, ``watching``.
"""
