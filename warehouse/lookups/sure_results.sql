-- What papers state of their own models, one network each, on the benchmarks and metrics $pooled, with the day by which it
-- was known: where a machine surely ($confidence) read it or a person put it right, and no rule for defects keeps it out
SELECT core_results.*, scored_on
FROM core_results
LEFT JOIN (SELECT result_id, scored_on FROM dated_scores) USING (result_id)
ANTI JOIN spoilt ON row_id = result_id
WHERE is_own
    AND list_contains($pooled, benchmark || ' ' || metric)
    AND NOT coalesce(is_ensemble, false)
    AND (confidence >= $confidence OR correction IS NOT NULL)
