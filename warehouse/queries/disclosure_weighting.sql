-- What halving the best error asks for, as it is and when models that disclose compute stand for those that do not
SELECT
    series,
    estimator,
    n,
    n_scored,
    round(log10_training_flop, 2) AS log10_training_flop,
    round(log10_training_flop_weighted, 2) AS log10_training_flop_weighted,
    round(implied_power, 2) AS implied_power,
    round(power_weighted, 2) AS power_weighted
FROM out_disclosure_weighting
ORDER BY series, estimator
