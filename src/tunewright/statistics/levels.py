"""From which p on something is claimed, and from which it is a hint."""

LEVEL = 0.01
"""Below this p a verdict claims something: at 5 % one run in 20 on pure noise would, and people run dozens."""

HINT = 0.05
"""Below this p, and not below `LEVEL`, there is a hint, and it is called one."""
