-- What papers state of their own models, one network each, on the benchmarks and metrics $pooled, with the day by which it
-- was known: where a machine surely ($confidence) read it or a person put it right, and no rule for defects keeps it out
SELECT
    'core_results' AS table_name, result_id, coalesce(source_id, '') AS source_id, paper_id, model, model_key, benchmark,
    metric, value, year, is_own, is_ensemble, test_protocol, shots, prompting, extra_data, confidence,
    correction IS NOT NULL AS is_corrected,
    scored_on
FROM core_results
LEFT JOIN (SELECT result_id, scored_on FROM dated_scores) USING (result_id)
ANTI JOIN spoilt ON row_id = result_id
WHERE is_own
    AND list_contains($pooled, benchmark || ' ' || metric)
    AND NOT coalesce(is_ensemble, false)
    AND (confidence >= $confidence OR correction IS NOT NULL)
