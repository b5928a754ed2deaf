-- Papers whose document alone speaks of them, each as a part of core_observations, with a hash of all that its
-- observations follow from: own results (has_results), estimates, defects, data sets and corrections
WITH spoken_of AS (
    SELECT source_id, paper_id FROM core_results WHERE is_own
    UNION
    SELECT source_id, paper_id FROM core_compute_estimates
    UNION
    SELECT source_id, paper_id FROM raw_observations
    UNION
    SELECT source_id, paper_id FROM raw_models
    UNION
    SELECT source_id, paper_id FROM raw_scores
),
alone AS (
    SELECT any_value(source_id) AS source_id, any_value(paper_id) AS paper_id
    FROM spoken_of
    LEFT JOIN arxiv_papers USING (paper_id)
    WHERE paper_id IS NOT NULL
    GROUP BY coalesce(arxiv_id, paper_id)
    HAVING count(*) = 1 AND any_value(source_id) NOT IN (
        SELECT source_id FROM raw_observations UNION SELECT source_id FROM raw_models UNION SELECT source_id FROM raw_scores
    )
),
scored AS (
    SELECT source_id, paper_id, bit_xor(hash(r)) AS claims FROM core_results r WHERE is_own GROUP BY ALL
),
estimated AS (
    SELECT source_id, paper_id, bit_xor(hash(e)) AS claims FROM core_compute_estimates e GROUP BY ALL
),
marked AS (
    SELECT paper_id, bit_xor(hash(d)) AS claims FROM core_defects d GROUP BY ALL
),
disclosed AS (
    SELECT paper_id, bit_xor(hash(d)) AS claims
    FROM (SELECT DISTINCT paper_id, training_set, correction FROM core_disclosures) d
    GROUP BY ALL
)
SELECT
    source_id || ' ' || paper_id AS part,
    paper_id,
    scored.claims IS NOT NULL AS has_results,
    concat_ws(
        ' ', coalesce(scored.claims, 0), coalesce(estimated.claims, 0), coalesce(marked.claims, 0), coalesce(disclosed.claims, 0)
    ) AS inputs
FROM alone
LEFT JOIN scored USING (source_id, paper_id)
LEFT JOIN estimated USING (source_id, paper_id)
LEFT JOIN marked USING (paper_id)
LEFT JOIN disclosed USING (paper_id)
