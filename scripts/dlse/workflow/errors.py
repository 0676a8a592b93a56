"""Errors that are meant for the person at the keyboard."""


class UserError(Exception):
    """A mistake in the input; its message is one sentence: what, where and the mend."""
