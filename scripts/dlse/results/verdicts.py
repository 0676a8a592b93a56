"""What a claim can be: the words of the verdicts, and the units that excuse a slow machine."""

MET, NOT_MET, NOT_EVALUATED = "met", "not met", "not evaluated"
CPU_TIME = ("CPU s", "CPU min")  # units of claims that another processor may not meet
