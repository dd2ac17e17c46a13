"""`make mutants`: the product is broken in places that matter, and the suite must notice."""
