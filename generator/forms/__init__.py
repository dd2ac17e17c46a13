"""Validation of user input: every refusal is a sentence beside its field.

    compose   the compose box                    slots        its reference slots
    accounts  the owner's and members' accounts  collections  name and visibility
    notes     the note on an image               settings     the API key, the pause
    tokens    one press per form

A slot holds a URL, `upload:<id>/<file name>`, `image:<id>`, or nothing. The file name goes with the
slot and not with the upload, because equal files are stored once.
"""
