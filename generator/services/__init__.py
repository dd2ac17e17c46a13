"""Every write. Plural nouns with verb functions: `jobs.cancel`, `usage.reserve`.

    batches      a press of Generate: batches, jobs, references, reservations
    jobs         what a member does to one job: cancel, check again, resend
    callbacks    what a callback does to one job
    twins        a job's second task, named by a callback
    holds        the hold and its release
    usage        the ledger
    connections  no row: which upstream and key is used, and the clients for it
    api_keys     the key that the owner entered      encryption    secrets at rest
    drafts       the compose box's content           references    no row: what is sent for a slot
    uploads      members' own reference files        images        the note on an image
    bulk         actions on many images, and undo    bulk_kinds    what each kind does and reverts
    ratings      the rating of images                collections   collections and their order
    trash        permanent deletion                  zips          no row: a zip as it is streamed
    stored_files no row: bytes as pages serve them   file_audit    no row: files against rows
    copies       Image: thumbnails made again
    search       the search index                    months        the months' counts, merged
    members      accounts                            maintenance   cleanup in the background
    upgrades     no row: who may change the tables
    throttles    limits on attempts
    audit        who did what, as log lines          demo          a studio full of sample work
    wakeup       the worker, when something is due

Services call neither views nor forms nor the worker; `tests/unit/test_imports.py` has the rule.
Each write states what it assumes and is harmless the second time. A write that stores a batch or
an image, or changes its note or rating, also updates the search index.

One press may hold several prompts: each becomes a batch, all in one transaction. The first has the
form token, the others `<token>#2` and so on, so the unique constraint covers the press as a whole.

A callback never takes a task from another job: `task_id` is unique. A saved key that cannot be
decrypted any more holds the jobs; it does not fall back to the sandbox.
"""
