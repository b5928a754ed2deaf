-- What users read of the observations: each with its paper and the words that accuracy and compute rest on.
WITH claims AS (
    SELECT result_id, is_own, page, location, quote, NULL AS paper_title FROM core_results
    UNION ALL
    SELECT result_id, is_own, page, location, quote, NULL FROM raw_observations
    UNION ALL
    SELECT result_id, is_own, NULL, concat_ws(', ', source_table, link), quote, paper_title FROM raw_scores
),
titles AS (
    SELECT source_id, model_row_id, paper_id, paper_title FROM raw_models
)
SELECT
    o.observation_id, o.series, o.benchmark, o.metric, o.paper_id,
    coalesce(p.title, known.title, c.paper_title, t.paper_title) AS title, o.model, o.year, o.value, o.error,
    o.training_flop, o.training_flop_lower, o.training_flop_upper, o.method, o.compute_scope, e.basis,
    o.extra_data, o.extra_examples, o.test_protocol, o.ensemble, o.distilled,
    o.fine_tuned, o.reasoning, o.base_model, o.shots, o.prompting, o.formulation, o.in_fit, o.exclusion_code,
    o.exclusion_reason, e.flag_codes, o.join_rule, o.join_reason, o.result_source_id, o.compute_source_id,
    o.result_id, o.estimate_id, o.model_key, c.is_own,
    c.page AS accuracy_page, c.location AS accuracy_location, c.quote AS accuracy_quote,
    e.quote AS compute_quote, e.compute_source
FROM core_observations o
JOIN claims c USING (result_id)
JOIN core_compute_estimates e USING (estimate_id)
LEFT JOIN core_papers p ON p.paper_id = o.paper_id
LEFT JOIN raw_papers known ON known.paper_id = o.paper_id
-- The title of the compute's row is the observation's only where both are of one paper.
LEFT JOIN titles t
    ON t.source_id = e.source_id AND t.model_row_id = split_part(e.evidence_ids, ' ', 1) AND t.paper_id = o.paper_id
