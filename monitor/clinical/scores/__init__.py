"""What a nurse sees, as numbers: scales and totals."""
