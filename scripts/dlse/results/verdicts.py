"""The verdicts on claims, and the kinds of claims."""

MET, NOT_ESTABLISHED, NOT_MET = "met", "met, not established", "not met"
NOT_EVALUATED = "not evaluated"

RESULT = "result"  # a finding, which could come out otherwise
VERIFICATION = "verification"  # an identity or a check of the code, which fails by a defect only
COST = "cost"  # CPU time, which depends on the processor
