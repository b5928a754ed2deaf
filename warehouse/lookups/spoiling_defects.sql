-- Defects that keep their rows out of fits: those of the rules $spoiling, and all of what structured sources give, where
-- no person of ours has looked. What a person has checked (of the sources $checked, or put right by a correction) may
-- stand; of two computes of one model in one paper the one that nobody has checked then falls
WITH checked AS (
    SELECT result_id AS row_id FROM raw_observations WHERE list_contains($checked, source_id)
    UNION
    SELECT result_id FROM core_results WHERE correction IS NOT NULL
    UNION
    SELECT estimate_id FROM core_compute_estimates WHERE list_contains($checked, source_id)
    UNION
    SELECT e.estimate_id
    FROM core_compute_estimates e
    JOIN core_disclosures d ON contains(e.evidence_ids, d.disclosure_id)
    WHERE d.correction IS NOT NULL
),
of_others AS (
    SELECT result_id AS row_id FROM raw_scores
    UNION
    SELECT estimate_id FROM core_compute_estimates SEMI JOIN raw_models USING (source_id)
),
settled AS (
    SELECT DISTINCT rule, paper_id, model FROM core_defects SEMI JOIN checked USING (row_id) WHERE rule = 'two_computes'
)
SELECT *
FROM core_defects d
ANTI JOIN checked USING (row_id)
WHERE list_contains($spoiling, rule)
    OR row_id IN (FROM of_others)
    OR EXISTS (
        FROM settled s
        WHERE s.rule = d.rule AND s.paper_id IS NOT DISTINCT FROM d.paper_id AND s.model IS NOT DISTINCT FROM d.model
    )
ORDER BY row_id, rule
