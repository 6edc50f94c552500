"""Pages into facts: everything a page brings is committed together with its cursor."""
