"""What a series of infusions did for the patient. Law: what nobody recorded is UNKNOWN, and never counts as relief."""
