"""The clusters that these tests bring up."""

import pytest

from support import grid_engine as of_grid_engine
from support import slurm as of_slurm


@pytest.fixture(scope="session")
def slurm(tmp_path_factory):
    if reason := of_slurm.missing():
        pytest.skip(reason)
    with of_slurm.Slurm(tmp_path_factory.mktemp("slurm")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def grid_engine(tmp_path_factory):
    if reason := of_grid_engine.missing():
        pytest.skip(reason)
    with of_grid_engine.GridEngine(tmp_path_factory.mktemp("grid_engine")) as cluster:
        yield cluster
