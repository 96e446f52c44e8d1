"""Import and export of reviews: label files, CSV, JSON, reports, anonymous copies.

From outside: ``csv_records``, ``deeplesion``, ``deidentification``, ``image_names``,
``label_files``, ``report``, ``reviews``, ``same_pictures``, ``tables``.
"""
