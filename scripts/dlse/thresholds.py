"""Thresholds that a figure draws as well as a claim names."""

CNN_ASKED, CNN_CLAIMED = 98.0, 99.5  # % of the test images, by the assignment and beyond it
