"""Files that leave a review or enter it.

From outside: ``csv_records``, ``deeplesion``, ``deidentification``, ``dicom``, ``image_names``,
``imports``, ``label_volumes``, ``measurements``, ``pacs``, ``recorded_images``, ``report``,
``reviewed_slices``, ``reviews``, ``same_pictures``, ``tables``, ``worklists``.
"""
