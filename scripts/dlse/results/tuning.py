"""Noise and weight seeds on which recipes were found by hand, before the config froze them. No
job uses them; the report names them."""

REGULARIZATION_FROM = 5000
WGAN_FROM = 9000
