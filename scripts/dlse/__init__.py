"""Deep learning for scientists and engineers: all that this workflow computes."""
