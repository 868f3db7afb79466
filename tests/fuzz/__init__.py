"""A million broken frames through what the receiver does with each: `make fuzz`."""
