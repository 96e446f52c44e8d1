"""Files of boxes as other tools write them, COCO or plain tables: read, and written back.

From outside: ``annotation_ids``, ``annotations``, ``box_table``, ``coco_boxes``, ``coco_reading``,
``reading``, ``uid_boxes``, ``writing``.
"""
