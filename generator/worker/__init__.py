"""What moves jobs on in the background: the sweep, its three lanes, and what keeps them safe.

Uses the services; no service uses it. Every step is harmless the second time.
"""
