-- One row a paper: those with a stored document that speaks for them, and those known from whole observations only.
WITH papers AS (
    SELECT paper_id FROM raw_documents WHERE document_status IN ('read', 'partly_read', 'failed')
    UNION
    SELECT paper_id FROM raw_observations
)
SELECT
    papers.paper_id,
    p.title,
    p.year,
    d.document_status,
    d.reason,
    d.pages,
    coalesce(r.results, 0) AS results,
    coalesce(r.results_own, 0) AS results_own,
    coalesce(s.disclosures, 0) AS disclosures,
    -- What others estimated for the paper's models says nothing of what the paper discloses.
    papers.paper_id IN (
        SELECT paper_id FROM core_compute_estimates ANTI JOIN raw_models USING (source_id)
    ) AS has_compute
FROM papers
LEFT JOIN core_papers p USING (paper_id)
LEFT JOIN (FROM raw_documents WHERE document_status IN ('read', 'partly_read', 'failed')) d USING (paper_id)
LEFT JOIN (
    SELECT paper_id, count(*) AS results, count(*) FILTER (is_own) AS results_own FROM core_results GROUP BY ALL
) r USING (paper_id)
LEFT JOIN (SELECT paper_id, count(*) AS disclosures FROM core_disclosures GROUP BY ALL) s USING (paper_id)
