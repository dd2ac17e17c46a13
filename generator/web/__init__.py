"""What the views share: access to objects, paging, HTMX, and the context of every page."""
