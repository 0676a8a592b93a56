"""What the measures of uniformity are called in figures and in the report."""

MEASURE_NAMES = {
    "headline": "headline",
    "mean_distance": "mean distance",
    "worst_marginal_ks": "marginal KS",
    "covariance_error": "covariance",
    "square_correlation": "squares",
    "max_norm_ks": "max |xᵢ| KS",
    "outside_share": "outside",
    "nearest_neighbor_accuracy": "1-NN",
    "classifier_accuracy": "classifier",
    "intrinsic_dimension": "dimension",
}
