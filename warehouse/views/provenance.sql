-- Where each observation comes from: page, box and words of its accuracy; basis, words and source of its compute; document.
-- accuracy_extractor: What read the accuracy, and in which version; empty where a source gave it.
-- accuracy_box: Frame of the figure on its page, in points from the top left of the page as it is read.
-- evidence_ids: Claims that the compute is reckoned from.
CREATE OR REPLACE VIEW provenance AS
SELECT
    o.observation_id, o.series, o.benchmark, o.paper_id, o.title, o.model, o.year, o.value, o.result_id,
    o.accuracy_page, o.accuracy_location,
    printf('(%.1f, %.1f) to (%.1f, %.1f)', r.bbox_x0, r.bbox_top, r.bbox_x1, r.bbox_bottom) AS accuracy_box,
    o.accuracy_quote, r.extractor || ' ' || r.extractor_version AS accuracy_extractor, o.result_source_id,
    o.training_flop, o.method, o.basis, o.estimate_id, e.evidence_ids, o.compute_quote, o.compute_source,
    o.compute_source_id, o.join_rule, o.join_reason, r.document_sha256, d.origin
FROM out_observations o
JOIN core_compute_estimates e USING (estimate_id)
LEFT JOIN core_results r USING (result_id)
LEFT JOIN raw_documents d ON d.document_sha256 = r.document_sha256 AND d.paper_id = r.paper_id;
