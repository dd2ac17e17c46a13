"""A stand-in upstream: the vendor's image API over real HTTP, without the vendor or a bill.

It speaks the contract that the client in ``generator/upstream`` is written against, but shares
no code with it: two readings of one document check each other. Nothing here imports anything of
ours, nor Django, nor ``requests``: the standard library and Pillow only. Nothing imports this
package except the ``sandbox`` command and the tests.

    server      Sandbox: start, stop, what tests read
    transport   sockets, keep-alive, disconnects        wire       request and reply, no socket
    routes      which call answers which path           world      the parts, wired
    api         the vendor's calls, result files        control    stats, config, reset, start page
    submission  reading a submit                        results    writing an answer
    scenarios   what can be asked for, a table          choosing   from a prompt to a scenario
    behaviour   what a scenario may change              counters   counts, and counted faults
    tasks       tasks and their clock, the balance      journal    the state file
    callbacks   outgoing deliveries                     holds      what must not end yet
    images    painting ahead, the cache               painter    one image from one order
    painting/   colours, brushes, scenes

It calls whatever ``callback_url`` it is given and checks no key for real, so it belongs on
loopback or a private network.
"""
