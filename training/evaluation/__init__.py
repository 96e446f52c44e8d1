"""How good a detector is: cases, matching, curves, intervals, and what is written of them."""
