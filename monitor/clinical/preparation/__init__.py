"""What must be there before the drug runs."""
