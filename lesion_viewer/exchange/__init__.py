"""Files that leave a review or enter it.

From outside: ``coco``, ``csv_records``, ``deeplesion``, ``deidentification``, ``external_labels``,
``project_files``, ``report``, ``same_pictures``, ``tables``.
"""
