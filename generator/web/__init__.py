"""What the views share.

    access       load an object or answer 404 or 403    requests     typed requests
    responses    toasts, fragments, redirects           params       ids in URLs and forms
    htmx         HTMX's headers                         selection    the images that a form selects
    paging       URLs of pages                          context      what every page shows
    preferences  cookies that the server reads          assets       bundles of styles and scripts
    signup       allauth's adapter                  waiting      requests that wait for news
    visitors     the visitor's address              throttled    views with a limit
    old_cookies  cookies' earlier names             refusals     why a form was refused
    notices      whether a page's notices have changed

Being logged in is the middleware's default; a public view opts out. Every other right is checked
through `access`, so no view compares roles or owners.
"""
