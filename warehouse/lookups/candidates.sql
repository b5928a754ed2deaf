-- Observations against which nothing speaks yet, by series, with arXiv's id of the paper (arxiv_papers), and what the
-- source of the accuracy says of the test, and how surely
SELECT
    o.observation_id, o.series, o.benchmark, o.metric, o.paper_id, o.model, o.model_key, o.year, o.value, o.error,
    o.training_flop, o.estimate_id, o.extra_data, o.extra_examples, o.result_source_id,
    coalesce(a.arxiv_id, o.paper_id) AS paper,
    coalesce(r.test_protocol, s.test_protocol, h.test_protocol) AS test_protocol,
    coalesce(r.confidence, 0.0) AS confidence,
    s.result_id IS NOT NULL AS is_score,
    r.result_id IS NOT NULL AND r.correction IS NULL AS is_machine_read
FROM core_observations o
LEFT JOIN arxiv_papers a USING (paper_id)
LEFT JOIN core_results r USING (result_id)
LEFT JOIN raw_scores s USING (result_id)
LEFT JOIN raw_observations h USING (result_id)
WHERE o.in_fit
ORDER BY o.series, o.observation_id
