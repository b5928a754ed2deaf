-- Ids of results and estimates that a person has checked: of the sources $source_ids, or put right by a correction
SELECT result_id AS row_id FROM raw_observations WHERE list_contains($source_ids, source_id)
UNION
SELECT result_id FROM core_results WHERE correction IS NOT NULL
UNION
SELECT estimate_id FROM core_compute_estimates WHERE list_contains($source_ids, source_id)
UNION
SELECT e.estimate_id
FROM core_compute_estimates e
JOIN core_disclosures d ON contains(e.evidence_ids, d.disclosure_id)
WHERE d.correction IS NOT NULL
ORDER BY row_id
