"""Errors that are meant for the user."""


class UserError(Exception):
    """A mistake in the input. The message is one sentence: the place, the mistake, the remedy."""
