"""When it rings and why: limits, the alarm table, judging values and time, technical alarms."""
