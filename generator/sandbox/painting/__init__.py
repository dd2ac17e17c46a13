"""How the sandbox paints: colours, palettes, brushes, and one module per kind of image.

Every scene is a function of a `Sheet`; `scenes` chooses it. Only Pillow, no numpy.
"""
