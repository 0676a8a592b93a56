"""Which networks follow from the settings of task 3, for the rules."""


def variants_of(regularization: dict) -> dict[str, dict]:
    """Each method with each of its recipes, by a name such as l1_narrow: the method, its recipe and
    the candidates for its strength. A method that is null in the config is left out."""
    return {
        f"{method}_{name}": {
            "method": method,
            "recipe": recipe,
            "strengths": settings["strengths"],
        }
        for name, recipe in regularization["recipes"].items()
        for method, settings in regularization["methods"].items()
        if settings and name in settings["recipes"]
    }


def choices_of(regularization: dict) -> dict[str, dict]:
    """The recipes that are trained, by name, with the variants of each as in `variants_of`. The
    strengths of all methods of a recipe are chosen in one job."""
    variants = variants_of(regularization)
    return {
        name: {
            "recipe": recipe,
            "strengths": {
                variant: {"method": of["method"], "strengths": of["strengths"]}
                for variant, of in variants.items()
                if variant.endswith(f"_{name}")
            },
        }
        for name, recipe in regularization["recipes"].items()
        if any(variant.endswith(f"_{name}") for variant in variants)
    }


def ablations_of(regularization: dict) -> dict[str, dict]:
    """The recipe of each ablation: `narrow`, with the values that the ablation replaces."""
    narrow = regularization["recipes"]["narrow"]
    return {
        ablation["name"]: {
            key: value if ablation[key] is None else ablation[key] for key, value in narrow.items()
        }
        for ablation in regularization["ablations"]
    }
