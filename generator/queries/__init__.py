"""Reads: one module per page or noun, each in a constant number of queries.

    gallery        images that a viewer may see    history      batches, with failures
    filters        what a URL asks for             paging       pages by key
    months         months with counts              trash        images that can be restored
    jobs           batches and jobs of cards       timeline     a job's events, folded
    image_context  what surrounds an image         collections  collections and their images
    comparison     images side by side             diff         texts, word by word
    compose        the compose box's sources       members      the team
    studio_status  hold, upstream, overdue work    first_steps  the owner's checklist
    pace           how long images take

Lists are paged by key, newest first: identifiers are UUIDv7, so the order of creation is the
primary key's, and `cursor` is the id of the last row of the previous page. A page is found by its
keys alone, from its own table, and joined afterward: otherwise a planner may begin with another
table (`paging.first`).

A single filter uses an index of the images. Words, or several filters together, use the search
index, where filters are words that no text can contain. A rating is such a word for each number up
to it, so that "four or more" is one term.
"""
