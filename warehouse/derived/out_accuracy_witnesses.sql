-- Own accuracies of papers beside what other papers and sources state of the same model, benchmark and metric.
WITH others AS (
    SELECT model_key, benchmark, metric, value, paper_id, paper_id AS witness FROM core_results
    UNION ALL
    SELECT model_key, benchmark, metric, value, NULL, source_id FROM raw_scores
    UNION ALL
    SELECT o.model_key, r.benchmark, r.metric, r.value, NULL, r.source_id
    FROM raw_observations r JOIN core_observations o USING (result_id)
),
nearest_of_witness AS (
    SELECT r.result_id, o.witness, arg_min(o.value, abs(o.value - r.value)) AS said, min(abs(o.value - r.value)) AS away
    FROM core_results r
    JOIN others o USING (model_key, benchmark, metric)
    WHERE r.is_own AND o.paper_id IS DISTINCT FROM r.paper_id
    GROUP BY ALL
),
heard AS (
    SELECT
        result_id,
        string_agg(witness, '; ' ORDER BY witness) FILTER (away < 0.0501) AS confirmed_by,
        string_agg(format('{} {:g}', witness, said), '; ' ORDER BY witness) FILTER (away >= 0.0501) AS contradicted_by,
        round(min(away), 4) AS nearest
    FROM nearest_of_witness GROUP BY ALL
)
SELECT
    r.result_id, r.benchmark, r.metric, r.paper_id, r.model, r.value, r.confidence,
    h.confirmed_by, h.contradicted_by, h.nearest,
    EXISTS (FROM core_observations o WHERE o.result_id = r.result_id AND o.in_fit) AS in_fit
FROM heard h
JOIN core_results r USING (result_id)
