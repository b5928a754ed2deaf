-- Every compute estimate with the year of its paper and the hardware that its own row, its paper's other rows or disclosures name
WITH named AS (
    -- Only chips with a known peak: "a GPU" names none.
    SELECT d.paper_id, d.model_key, d.value AS hardware
    FROM core_disclosures d
    JOIN core_hardware h ON h.slug = d.value
    WHERE d.field = 'hardware'
        AND d.phase IN ('training', 'pretraining', 'unknown')
        AND coalesce(h.fp32_flop_per_s, h.fp16_flop_per_s, h.bf16_flop_per_s) IS NOT NULL
    UNION ALL
    -- What others name of a model is no word of its paper.
    SELECT paper_id, model_key, hardware
    FROM core_compute_estimates
    WHERE hardware IS NOT NULL AND source_id NOT IN (SELECT source_id FROM raw_models)
),
of_model AS (
    SELECT paper_id, model_key, min(hardware) AS hardware
    FROM named
    WHERE model_key IS NOT NULL
    GROUP BY ALL
    HAVING count(DISTINCT hardware) = 1
),
of_paper AS (
    SELECT paper_id, min(hardware) AS hardware FROM named GROUP BY ALL HAVING count(DISTINCT hardware) = 1
)
SELECT
    e.* EXCLUDE (hardware, chips, duration_hours),
    coalesce(o.year, m.year, p.year) AS year,
    coalesce(e.hardware, o.hardware, of_model.hardware, of_paper.hardware) AS hardware,
    coalesce(e.chips, o.chips) AS chips,
    coalesce(e.duration_hours, o.duration_hours) AS duration_hours
FROM core_compute_estimates e
LEFT JOIN raw_observations o ON o.result_id = e.evidence_ids
-- The row of another's table that the estimate rests on first.
LEFT JOIN raw_models m ON m.source_id = e.source_id AND m.model_row_id = split_part(e.evidence_ids, ' ', 1)
LEFT JOIN core_papers p ON p.paper_id = e.paper_id
LEFT JOIN of_model ON of_model.paper_id = e.paper_id AND of_model.model_key = e.model_key
-- What the paper names for all its models says nothing of those that somebody else estimated in it.
LEFT JOIN of_paper ON of_paper.paper_id = e.paper_id AND o.result_id IS NULL AND m.model_row_id IS NULL
ORDER BY e.estimate_id
