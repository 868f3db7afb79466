"""What a session log says of a whole session: extremes, time beyond the limits, silences, how alarms were answered."""
