"""Tests of the whole, with real parts: HTTP on loopback, a real database."""
