"""Thresholds that a figure draws, or a text names, as well as a claim."""

CNN_ASKED, CNN_CLAIMED = 98.0, 99.5  # % of the test images, by the assignment and beyond it
# % of ten-layer ReLU networks of width 2 on |x|, at least, by Lu et al. (2020).
PUBLISHED_COLLAPSE = 90.0
