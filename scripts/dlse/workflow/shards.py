"""Studies are cut into jobs: each trains a shard of the seeds."""


def shards(count: int, size: int) -> range:
    """The numbers of the jobs that train `count` seeds, `size` in each job."""
    return range(count // size)


def seeds_of(block: int | str, size: int, first: int = 0) -> list[int]:
    """The seeds of job `block`; those of all jobs start at `first`."""
    start = first + int(block) * size
    return list(range(start, start + size))
