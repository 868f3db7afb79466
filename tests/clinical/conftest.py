"""How often Hypothesis tries: as it sees fit, and for mutants few times, always the same and by no clock.

A deadline missed on a busy machine would count as a mutant noticed.
"""

from hypothesis import settings

settings.register_profile("mutants", max_examples=25, deadline=None, derandomize=True, database=None)
