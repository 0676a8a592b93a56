"""The verdicts on claims, and the units of claims about CPU time."""

MET, NOT_MET, NOT_EVALUATED = "met", "not met", "not evaluated"
CPU_TIME = ("CPU s", "CPU min")  # a slower processor may not meet such a claim
