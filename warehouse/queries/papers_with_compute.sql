-- Which papers disclose enough to estimate their training compute, and by which methods
SELECT
    p.paper_id,
    p.title,
    p.year,
    count(DISTINCT e.model_key) AS models,
    string_agg(DISTINCT e.method, ', ' ORDER BY e.method) AS methods,
    min(e.training_flop) FILTER (e.is_preferred) AS least_flop,
    max(e.training_flop) FILTER (e.is_preferred) AS most_flop
FROM out_papers p
-- What others estimated for a paper's models says nothing of what the paper discloses.
JOIN (FROM core_compute_estimates ANTI JOIN raw_models USING (source_id)) e USING (paper_id)
GROUP BY ALL
ORDER BY p.year, p.paper_id
