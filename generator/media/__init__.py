"""Bytes of images: stored, decoded, re-encoded, described. Knows no rows.

    storage     names, temporary files, durable writes   thumbnails     file types, WebP copies
    reencoding  uploads made fit to be sent              upload_limits  uploads as they arrive
    metadata    texts in an image file

The only package, apart from the sandbox, that imports Pillow. Results and uploads have a folder
each, with smaller copies for pages. The file `.studio` beside the results holds the installation's
name, which ties the folder to its database (`services.file_audit`).
"""
