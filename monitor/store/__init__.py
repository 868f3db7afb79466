"""The record. Law: one writing connection, one transaction a batch, clinical rows only ever added."""
