"""What moves jobs forward in the background: the sweep, its three lanes, and what protects them.

Uses the services; no service uses it. Every step is harmless the second time.
"""
