"""Tables of faults: each row is one way to go wrong, and the end that it must come to."""
