"""Archives of a hospital: studies are searched, fetched, received and sent, by DIMSE and DICOMweb.

From outside: ``addresses``, ``archive``, ``local_state``, ``origins``, ``receiver``, ``watching``,
``work_lists``.
"""
