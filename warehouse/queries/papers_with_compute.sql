-- Which papers disclose enough to reckon their training compute, and by which methods
SELECT
    p.paper_id,
    p.title,
    p.year,
    count(DISTINCT e.model_key) AS models,
    string_agg(DISTINCT e.method, ', ' ORDER BY e.method) AS methods,
    min(e.training_flop) FILTER (e.is_preferred) AS least_flop,
    max(e.training_flop) FILTER (e.is_preferred) AS most_flop
FROM out_papers p
JOIN core_compute_estimates e USING (paper_id)
GROUP BY ALL
ORDER BY p.year, p.paper_id
