-- What papers disclose of every model by its key: what its estimates cite, and what names it
WITH cited AS (
    SELECT DISTINCT k.model_key, unnest(string_split(e.evidence_ids, ' ')) AS disclosure_id
    FROM core_compute_estimates e
    JOIN (
        SELECT estimate_id, model_key FROM core_compute_estimates
        UNION
        SELECT estimate_id, model_key FROM core_observations
    ) k USING (estimate_id)
),
keys AS (
    SELECT model_key, disclosure_id FROM cited
    UNION
    SELECT model_key, disclosure_id FROM core_disclosures WHERE model_key IS NOT NULL
)
SELECT k.model_key, d.model, d.disclosure_id, d.paper_id, d.field, d.value, d.raw_value, d.phase, d.training_set,
    d.quote, d.page, d.location,
    CASE WHEN d.bbox_x0 IS NOT NULL
        THEN printf('(%.0f, %.0f) to (%.0f, %.0f) pt', d.bbox_x0, d.bbox_top, d.bbox_x1, d.bbox_bottom) END AS box,
    d.confidence, d.source_id
FROM keys k JOIN core_disclosures d USING (disclosure_id)
ORDER BY k.model_key, d.field, d.disclosure_id
