"""Views translate: load through `access`, validate a form, make one service call, answer."""
