"""Bytes of images: stored, decoded, re-encoded, described. Knows no rows.

    storage     names, temporary files, durable writes   decoding       from bytes to an image
    reencoding  uploads made fit to be sent              wholeness      files that break off
    metadata    texts in an image file                   thumbnails     smaller copies for pages
    upload_limits  uploads as they arrive

The only package, apart from the sandbox, that imports Pillow. Results and uploads have a folder
each, with smaller copies for pages. The file `.studio` beside the results holds the installation's
name, which ties the folder to its database (`services.file_audit`).
"""
