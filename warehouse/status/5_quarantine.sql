-- Quarantined, by table, check and source
SELECT table_name, check_name, source_id, count(*) AS rows
FROM core_quarantine
GROUP BY ALL
ORDER BY ALL
