-- What was read in a paper or of a model (of the first paper where none is named), accepted or quarantined, with the id that `explain` takes (--set paper=1512.03385 --set model=ResNet-152)
WITH claims AS (
    SELECT
        result_id AS claim, paper_id, page, location, concat_ws(' ', benchmark, metric) AS quantity,
        value::VARCHAR AS value, model, confidence, NULL AS quarantined
    FROM core_results
    UNION ALL
    SELECT disclosure_id, paper_id, page, location, field, value, model, confidence, NULL
    FROM core_disclosures
    UNION ALL
    SELECT
        row_id, paper_id, (row_json ->> '$.page')::BIGINT, row_json ->> '$.location',
        concat_ws(' ', row_json ->> '$.benchmark', row_json ->> '$.metric', row_json ->> '$.field'),
        row_json ->> '$.value', model, (row_json ->> '$.confidence')::DOUBLE, reason
    FROM core_quarantine
    WHERE table_name IN ('core_results', 'core_disclosures')
)
SELECT *
FROM claims
WHERE
    (getvariable('paper') IS NULL OR paper_id = getvariable('paper'))
    AND (getvariable('model') IS NULL OR model ILIKE '%' || getvariable('model') || '%')
    AND (
        coalesce(getvariable('paper'), getvariable('model')) IS NOT NULL
        OR paper_id = (SELECT min(paper_id) FROM core_results)
    )
ORDER BY paper_id, page, location, quantity, model, value, claim
