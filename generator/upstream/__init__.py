"""The vendor's HTTP: the only part of the house that opens a connection to the outside.

May import the standard library, requests and urllib3; nothing of ours and nothing of Django.
Everything it needs to know (address, key, limits) is handed to it. Nobody else imports requests.

client    submit a task, ask after one, ask for the balance
callback  what a callback's body hints at          download  a result's bytes, from URL or data URI
wire      frozen types and every documented shape  verdict   what an HTTP answer means
errors    what went wrong, in three questions      masking   texts that may be stored and logged
transport the guarded adapter, one exchange        deadline  a call's time and byte budget, sockets
urlguard  which addresses and URLs are opened at all

What it guarantees:

* A submit leaves at most one POST, on a connection of its own, never repeated and never redirected.
  It ends with a task id or with an error that says whether the task may exist (`errors.Delivered`):
  *certainly not* only if no byte of the request can have left, or the vendor answered so.
* Every call ends by its deadline, whatever the other side drips, floods or withholds: looking up
  the name, connecting, the TLS handshake, headers and body are all counted. The one thing left
  behind is the name look-up's thread, which ends when the system's resolver gives up.
* No answer takes more memory than its cap, compressed or not.
* A download connects to the very address that was checked, on every redirect, and never carries
  the key. Proxies, `.netrc` and cookies play no part anywhere.
* Only errors of `errors.UpstreamError` come out (a mistake in the settings handed in is a
  ValueError; a full disk under a download's file stays an OSError), and their texts are masked.
"""
