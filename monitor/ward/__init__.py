"""The live picture in memory. Law: rebuilt from the record at start; every number in it carries its age."""
