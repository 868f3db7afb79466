"""The measuring stick of the alarms: how often they ring, and whether what must ring does.

Law: everything follows from the seed; streams are judged by the product's own pure functions at 1 Hz, without sockets.
"""
