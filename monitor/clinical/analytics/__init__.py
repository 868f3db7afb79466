"""What a clinic's sessions and alarms were over a period. Law: counts of the record; nobody and no moment is named."""
