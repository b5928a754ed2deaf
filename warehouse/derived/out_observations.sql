-- What users read of the observations: each with its paper and the words that accuracy and compute rest on.
WITH claims AS (
    SELECT result_id, page, location, quote FROM core_results
    UNION ALL
    SELECT result_id, page, location, quote FROM raw_observations
)
SELECT
    o.observation_id, o.series, o.benchmark, o.metric, o.paper_id, p.title, o.model, o.year, o.value, o.error,
    o.training_flop, o.training_flop_lower, o.training_flop_upper, o.method, e.basis, o.in_fit, o.exclusion_reason,
    o.join_rule, o.join_reason, o.result_source_id, o.compute_source_id,
    c.page AS accuracy_page, c.location AS accuracy_location, c.quote AS accuracy_quote,
    e.quote AS compute_quote, e.compute_source
FROM core_observations o
JOIN claims c USING (result_id)
JOIN core_compute_estimates e USING (estimate_id)
LEFT JOIN core_papers p ON p.paper_id = o.paper_id
