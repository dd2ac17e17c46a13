"""Views translate: load through `access`, validate a form, make one service call, answer.

    batches   the studio, Generate        compose           drafts, uploads, earlier prompts
    prefill   Reuse, Edit, Add            regenerate        one more image like another
    jobs      jobs, batches, live cards   history           batches by member
    gallery   images by filter            chips             the filters above a list
    images    an image's page, its note   files             an image's files
    bulk      actions on many images      messages          what an action's outcome is called
    compare   images side by side         collections       collections
    zips      downloads of many images    collection_order  their order and cover
    trash     the trash                   members           set-up link, People page
    settings  API key, pause, resume      preferences       theme, dismissed checklist
    callbacks the upstream's callback     health            /healthz and /readyz
    errors    error pages                 pwa               service worker, offline page, help

A fragment is one file that its page includes and its own URL answers. Every form works without
JavaScript: HTMX gets a fragment, anything else a redirect or the same form with status 422.

An image's page is one fragment, too: `<image-overlay>` loads it over the grid under its own URL,
with one history entry. Keyboard shortcuts are whatever the page's links and buttons declare in
`aria-keyshortcuts`. New rows become visible in another order than their ids, so a page asks for
arrivals from a few seconds back and drops what it already has.
"""
