"""How much work something is, on a machine of any speed: its processor time by that of a fixed piece of work."""

import time
from collections.abc import Callable


def _fixed_work() -> None:
    words = [f"{number * 7919 % 100_003:06}" for number in range(100_000)]
    assert len({word[::-1] for word in sorted(words)}) == 100_000


def _processor_time(job: Callable[[], object]) -> float:
    began = time.process_time()
    job()
    return time.process_time() - began


def effort(job: Callable[[], object]) -> float:
    """The processor time of a job as a multiple of that of 100,000 short strings made, sorted, turned round and kept.

    The fixed work is done before and after; the slower of the two counts, since a machine that is busy in between slows
    the job as well.
    """
    before = _processor_time(_fixed_work)
    taken = _processor_time(job)
    return taken / max(before, _processor_time(_fixed_work))
