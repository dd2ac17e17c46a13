"""What the views share: access to objects, paging, htmx, the context of every page."""
