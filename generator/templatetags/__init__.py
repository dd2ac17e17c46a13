"""Template tags and filters. All but `ratings` are builtins, which pages need not load.

`studio` formats what pages show, `tiles` the tiles of lists, `timeline` the events of a job, and
`ratings` a rating as stars; `shortcuts` has the keyboard shortcuts as data.
"""
