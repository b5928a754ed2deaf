-- What the headline of a series says of every target, with its costs
SELECT
    h.target, h.target_error, h.estimator, e.n, h.n_alike, h.log10_training_flop, h.log10_training_flop_lower,
    h.log10_training_flop_upper, e.cost_usd, e.cost_usd_lower, e.cost_usd_upper, e.energy_kwh, e.co2e_kg, h.reason
FROM out_headlines h
JOIN out_estimates e USING (series, metric, target, estimator)
WHERE h.series = ?
