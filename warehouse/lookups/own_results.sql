-- What papers state of their own models on the benchmarks and metrics $pooled, and what tells that a table names extra data
SELECT *
FROM core_results
WHERE is_own AND (list_contains($pooled, benchmark || ' ' || metric) OR extra_data IS NOT NULL)
ORDER BY result_id
