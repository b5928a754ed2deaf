-- What each target costs by each estimator: compute, money, energy and carbon with their intervals, and by whom it is shown.
-- title: The benchmark as people call it.
-- is_headline: True for the estimator that the back-tests choose for this benchmark.
-- target_source: Who set the target; empty for targets that every benchmark has.
CREATE OR REPLACE VIEW estimates AS
SELECT
    e.series, b.title, b.domain, e.metric, e.target, e.target_error, t.source AS target_source, e.estimator,
    (e.series, e.estimator) IN (SELECT (series, estimator) FROM out_headlines) AS is_headline, e.fit_id, e.n,
    e.log10_training_flop, e.log10_training_flop_lower, e.log10_training_flop_upper, e.cost_usd, e.cost_usd_lower,
    e.cost_usd_upper, e.energy_kwh, e.energy_kwh_lower, e.energy_kwh_upper, e.co2e_kg, e.co2e_kg_lower,
    e.co2e_kg_upper, e.cost_bound_code, e.cost_bound, e.decades_beyond_data, e.status, e.reason_code, e.reason
FROM out_estimates e
LEFT JOIN (SELECT series, metric, min(title) AS title, min(domain) AS domain FROM benchmarks GROUP BY ALL) b
    ON b.series = e.series AND b.metric = e.metric
LEFT JOIN targets t ON t.series = e.series AND t.metric = e.metric AND t.target = e.target;
