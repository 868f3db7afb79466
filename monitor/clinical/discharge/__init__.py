"""May the patient go home? The gate and its evidence."""
