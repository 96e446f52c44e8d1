"""Every kind of event there is, by the modules that define them."""

from lesion_viewer.review.events import (
    annotating,
    boxes,
    decisions,
    files,
    following,
    images,
    marks,
    reading,
    runs,
)
from lesion_viewer.review.events.event import KINDS, Gesture, Redone, Undone, decode_event

__all__ = ["KINDS", "Gesture", "Redone", "Undone", "decode_event"]

_DEFINED_IN = (annotating, boxes, decisions, files, following, images, marks, reading, runs)
