"""The blocks of Mechanical MNIST (Lejeune 2020): their size, their material and their loads."""

from dataclasses import dataclass

PIXELS_PER_SIDE = 28
SIDE = float(PIXELS_PER_SIDE)  # the block is [0, SIDE]²: lengths are in sides of a pixel

POISSON = 0.3
SOFT, STIFF = 1.0, 100.0  # Young's modulus of a black and of a white pixel

_LARGE = (0.0, 0.001, 0.01, 0.1, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0)
_SMALL = (0.0, 0.001, 0.01, 0.1, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5)


@dataclass(frozen=True)
class LoadCase:
    """What is prescribed on the sides of the block, in proportion to a load d; the rest is free."""

    prescribed: tuple[tuple[str, int, float], ...]  # (side, component, displacement per unit of d)
    displacements: tuple[float, ...]  # d at steps 0, 1, …
    gradient: tuple[tuple[float, float], tuple[float, float]]  # of a homogeneous block, per d
    handle: str  # of the published data, at hdl.handle.net

    @property
    def last_step(self) -> int:
        """Step 0 is at rest."""
        return len(self.displacements) - 1


LOAD_CASES = {
    "uniaxial_extension": LoadCase(
        (("bottom", 0, 0), ("bottom", 1, 0), ("top", 0, 0), ("top", 1, 1)),
        _LARGE, ((0, 0), (0, 1 / SIDE)), "2144/38693",
    ),
    "equibiaxial_extension": LoadCase(
        (("left", 0, -0.5), ("right", 0, 0.5), ("bottom", 1, -0.5), ("top", 1, 0.5)),
        _LARGE, ((1 / SIDE, 0), (0, 1 / SIDE)), "2144/39428",
    ),
    "confined_compression": LoadCase(
        (("left", 0, 0), ("right", 0, 0), ("bottom", 1, 0), ("top", 1, -1)),
        _SMALL, ((0, 0), (0, -1 / SIDE)), "2144/39427",
    ),
    "shear": LoadCase(
        (("bottom", 0, 0), ("bottom", 1, 0), ("top", 0, 1), ("top", 1, 0)),
        _SMALL, ((0, 1 / SIDE), (0, 0)), "2144/39429",
    ),
}  # fmt: skip
