"""A FranceConnect of our own for the tests and the demo: same protocol, invented people, faults on demand."""
