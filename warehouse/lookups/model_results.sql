-- Results of every model by its key: read in papers, offered by sources, read by hand
WITH named AS (SELECT DISTINCT result_id, model_key FROM core_observations),
no_model AS (SELECT row_id AS result_id FROM core_defects WHERE rule = 'no_models_name')
SELECT coalesce(n.model_key, r.model_key) AS model_key, r.model, r.result_id, r.paper_id, r.benchmark, r.metric,
    r.value, r.raw_value, r.is_own, r.year, r.source_id, r.quote, r.page, r.location,
    CASE WHEN r.bbox_x0 IS NOT NULL
        THEN printf('(%.0f, %.0f) to (%.0f, %.0f) pt', r.bbox_x0, r.bbox_top, r.bbox_x1, r.bbox_bottom) END AS box,
    r.confidence, r.confidence_reasons, r.test_protocol, r.extra_data, r.is_ensemble
FROM core_results r LEFT JOIN named n USING (result_id) ANTI JOIN no_model USING (result_id)
UNION ALL BY NAME
SELECT coalesce(n.model_key, s.model_key) AS model_key, s.model, s.result_id, s.paper_id, s.benchmark, s.metric,
    s.value, s.raw_value, s.is_own, s.year, s.source_id, s.quote, concat_ws(', ', s.source_table, s.link) AS location,
    s.test_protocol, s.extra_data, s.is_ensemble
FROM raw_scores s LEFT JOIN named n USING (result_id)
UNION ALL BY NAME
SELECT n.model_key, h.model, h.result_id, h.paper_id, h.benchmark, h.metric, h.value, h.is_own, h.year,
    'reference' AS source_id, h.quote, h.page, h.location, h.extra_data, h.is_ensemble
FROM raw_observations h JOIN named n USING (result_id)
ORDER BY model_key, is_own DESC, benchmark, metric, result_id
