"""Measure the CPU seconds of training, without those of evaluation."""

import time
from collections.abc import Callable


class Clock:
    """A clock that counts CPU seconds from its creation, and stops during `pause`."""

    def __init__(self) -> None:
        self._start = time.process_time()
        self._paused = 0.0

    def seconds(self) -> float:
        """CPU seconds so far, without those inside `pause`."""
        return time.process_time() - self._start - self._paused

    def pause(self, function: Callable):
        """The value of `function()`, whose time is not counted."""
        before = time.process_time()
        value = function()
        self._paused += time.process_time() - before
        return value
