"""How the sandbox paints: a palette, a canvas, and one module per scene. Only Pillow."""
