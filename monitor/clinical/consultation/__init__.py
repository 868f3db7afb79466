"""The physician's evaluation before a series: why this patient, at what risk, told what, decided how."""
