"""A session as a FHIR R4 bundle (4.0.1)."""
