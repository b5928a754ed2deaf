-- One row a model of a paper: how many results, disclosures and observations it has, and its preferred training compute.
-- results: Accuracies that its paper states as its own.
-- disclosures: Training figures that its paper discloses for it.
-- observations: Observations that it has, on whichever benchmark.
-- observations_in_fit: Those of them that enter fits.
CREATE OR REPLACE VIEW models AS
SELECT
    e.paper_id, any_value(p.title) AS title, min(p.year) AS year, e.model_key, min(e.model) AS model,
    max(r.results) AS results, max(d.disclosures) AS disclosures, max(o.observations) AS observations,
    max(o.in_fit) AS observations_in_fit, max(e.training_flop) FILTER (e.is_preferred) AS training_flop,
    arg_max(e.method, e.training_flop) FILTER (e.is_preferred) AS method
FROM (
    SELECT paper_id, model_key, model, training_flop, method, is_preferred FROM core_compute_estimates
    UNION ALL
    SELECT paper_id, model_key, model, NULL, NULL, false FROM core_results WHERE is_own
) e
LEFT JOIN core_papers p USING (paper_id)
LEFT JOIN (SELECT paper_id, model_key, count(*) AS results FROM core_results WHERE is_own GROUP BY ALL) r
    USING (paper_id, model_key)
LEFT JOIN (SELECT paper_id, model_key, count(*) AS disclosures FROM core_disclosures GROUP BY ALL) d
    USING (paper_id, model_key)
LEFT JOIN (
    SELECT paper_id, model_key, count(*) AS observations, count(*) FILTER (in_fit) AS in_fit
    FROM core_observations GROUP BY ALL
) o USING (paper_id, model_key)
GROUP BY e.paper_id, e.model_key;
