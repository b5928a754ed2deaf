-- Figures that fits rest on and that a document prints, with the licence that its source states: accuracies and what
-- compute was estimated from; those of the least error first
WITH used AS (SELECT result_id, estimate_id, error FROM core_observations WHERE in_fit),
figure AS (
    SELECT r.result_id AS claim_id, r.document_sha256, r.paper_id, r.page, r.bbox_x0, r.bbox_top, r.bbox_x1,
        r.bbox_bottom, u.error
    FROM used u JOIN core_results r USING (result_id)
    UNION ALL
    SELECT d.disclosure_id, d.document_sha256, d.paper_id, d.page, d.bbox_x0, d.bbox_top, d.bbox_x1, d.bbox_bottom,
        u.error
    FROM used u
    JOIN core_compute_estimates e USING (estimate_id)
    JOIN core_disclosures d ON list_contains(string_split(e.evidence_ids, ' '), d.disclosure_id)
)
SELECT claim_id, document_sha256, page, bbox_x0, bbox_top, bbox_x1, bbox_bottom, licence
FROM figure JOIN raw_documents USING (document_sha256, paper_id)
WHERE page IS NOT NULL AND bbox_x0 IS NOT NULL AND licence IS NOT NULL
GROUP BY ALL
ORDER BY min(error), claim_id
