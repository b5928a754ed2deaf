-- What every estimator says of one target, and how far each was off in back-tests (--set series=coco --set target=half_of_best)
SELECT
    e.series,
    e.target,
    round(100 * e.target_error, 2) AS error_pct,
    e.estimator,
    e.log10_training_flop AS log10_flop,
    e.log10_training_flop_lower AS lower,
    e.log10_training_flop_upper AS upper,
    e.status,
    f.estimator_kind AS kind,
    e.n,
    f.implied_power AS power,
    f.implied_power_lower AS power_lower,
    f.implied_power_upper AS power_upper,
    round(100 * f.fitted_floor, 2) AS floor_pct,
    e.cost_bound_code,
    e.decades_beyond_data,
    s.flop_score AS score_decades,
    s.flop_loss AS decades_off_median,
    s.n_unpredicted AS cases_without_a_figure,
    coalesce(h.estimator = e.estimator, false) AS is_headline,
    list_contains(string_split(h.estimators_alike, ', '), e.estimator) AS is_alike,
    e.reason
FROM out_estimates e
LEFT JOIN out_fits f USING (fit_id)
LEFT JOIN out_headlines h ON h.series = e.series AND h.target = e.target
LEFT JOIN out_backtest_scores s ON s.estimator = e.estimator AND s.scope = h.domain AND s.horizon = 'judged'
WHERE e.series = coalesce(getvariable('series'), 'imagenet-1k')
    AND e.target = coalesce(getvariable('target'), 'half_of_best')
ORDER BY s.flop_score NULLS LAST, e.estimator
