"""Live windows: when news moves more people than the blast limit lets pass, what was decided after them waits for a person's word."""
