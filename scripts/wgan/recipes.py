"""The recipe of each run of the WGAN-GP."""


def recipe_of(wgan: dict, run: dict) -> dict:
    """The recipe of one run of the section `wgan`: the shared one with the values that the run
    replaces."""
    own = {name: run[name] for name in wgan["recipe"] if run.get(name) is not None}
    return {**wgan["recipe"], **own}
