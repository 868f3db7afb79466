"""Papers of the record, worded for whoever holds them: what each says, in which order. Nothing here draws."""
