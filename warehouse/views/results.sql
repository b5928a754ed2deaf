-- What accuracies papers state, their own and those of others, each with its page and words.
CREATE OR REPLACE VIEW results AS
SELECT
    r.result_id, r.benchmark, r.metric, r.value, r.paper_id, p.title, coalesce(r.year, p.year) AS year, r.model,
    r.is_own, r.is_ensemble, r.test_protocol, r.extra_data, r.page, r.location, r.quote, r.confidence, r.source_id
FROM core_results r
LEFT JOIN core_papers p USING (paper_id);
