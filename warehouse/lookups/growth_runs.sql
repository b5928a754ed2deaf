-- Training runs with chips, hours and year, of papers and of Epoch AI: the largest of each model; searches are none
WITH run AS (
    SELECT
        'papers' AS population,
        e.model,
        e.model_key,
        e.paper_id,
        coalesce(o.year, m.year, p.year) AS year,
        e.hardware,
        lower(m.numerical_format) AS precision,
        e.chips,
        e.duration_hours,
        e.estimate_id AS row_id
    FROM core_compute_estimates e
    LEFT JOIN raw_observations o ON o.result_id = e.evidence_ids
    LEFT JOIN raw_models m ON m.source_id = e.source_id AND m.model_row_id = split_part(e.evidence_ids, ' ', 1)
    LEFT JOIN core_papers p ON p.paper_id = e.paper_id
    -- A chip or a number of chips that we supposed tells nothing of growth.
    WHERE e.source_id <> 'epoch'
        AND e.method <> 'imputed'
        AND e.estimate_id NOT IN (SELECT row_id FROM core_defects WHERE rule = 'search_as_training')
    UNION ALL
    -- Compute of a model trained further from another counts the other's in; chips and hours do not.
    SELECT
        'epoch', model, model_key, coalesce(paper_id, model_key), year, hardware, lower(numerical_format), chips,
        duration_hours, model_row_id
    FROM raw_models
    WHERE source_id = 'epoch' AND base_model IS NULL
)
SELECT population, model, paper_id, year, hardware, precision, chips, duration_hours
FROM run
WHERE year IS NOT NULL AND hardware IS NOT NULL AND chips > 0 AND duration_hours > 0
QUALIFY row_number() OVER (PARTITION BY population, model_key ORDER BY chips * duration_hours DESC, row_id) = 1
ORDER BY population, year, model, row_id
