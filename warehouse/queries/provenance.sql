-- Where one figure comes from: page, box and words of its accuracy and of its compute (--set model=ResNet-152 --set benchmark=imagenet-1k)
WITH given AS (
    SELECT coalesce(getvariable('model'), 'ResNet-152') AS model, getvariable('benchmark') AS benchmark
)
SELECT
    o.paper_id,
    o.title,
    o.model,
    o.value,
    o.training_flop,
    o.accuracy_page AS page,
    o.benchmark,
    r.result_id AS claim,
    o.accuracy_location AS location,
    printf('(%.1f, %.1f) to (%.1f, %.1f) pt', r.bbox_x0, r.bbox_top, r.bbox_x1, r.bbox_bottom) AS box,
    o.accuracy_quote,
    r.extractor || ' ' || r.extractor_version AS read_by,
    o.method,
    o.basis,
    o.compute_quote,
    o.compute_source,
    d.origin AS document,
    d.document_sha256
FROM given
JOIN out_observations o ON o.model ILIKE '%' || given.model || '%' AND o.benchmark = coalesce(given.benchmark, o.benchmark)
LEFT JOIN core_results r ON r.result_id = o.result_id
LEFT JOIN raw_documents d ON d.paper_id = o.paper_id AND d.document_status IN ('read', 'partly_read')
ORDER BY o.paper_id, o.model, o.benchmark, o.observation_id
LIMIT 20
