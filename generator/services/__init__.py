"""Every write. Plural nouns with verb functions: `jobs.cancel`, `usage.reserve`.

Services call neither views nor forms nor the worker; `tests/unit/test_imports.py` has the rule.
Each write states what it assumes and is harmless the second time.
"""
