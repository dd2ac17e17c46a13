"""The vendor's API: three calls, its callbacks, and the download of its results.

Imports `outbound` alone of ours, and nothing of Django. Everything it needs to know (URL, key,
limits) is passed in.

    client     submit a task, query one, read the balance
    callback   what a callback's body hints at
    download   the bytes of a result, from a URL or data URI
    wire       frozen types, and every documented shape
    responses  what an HTTP answer means
    errors     what went wrong, in two questions
    json_safe  JSON of an untrusted sender

What it guarantees:

* A submit sends at most one POST, on a connection of its own, never repeated and never redirected.
  It ends with a task id or with an error that says whether the task may exist (`errors.Delivered`):
  *certainly not* only if no byte of the request can have left, or the vendor answered so.
* Every call ends by its deadline, whatever the other side delays or withholds: name resolution,
  connecting, the TLS handshake, headers and body are all counted. Only the resolver's thread may
  be left behind, and it ends when the system's resolver gives up.
* No answer takes more memory than its limit, compressed or not.
* A download connects to the very IP address that was checked, on every redirect, and never carries
  the key. Proxies, `.netrc` and cookies play no part anywhere.
* Only `errors.UpstreamError` is raised (a mistake in the passed settings is a ValueError; a full
  disk under a download's file stays an OSError), and all texts are masked.
"""
