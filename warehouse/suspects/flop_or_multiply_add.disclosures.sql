-- Counts of operations of the models of which several papers give one
SELECT *
FROM core_disclosures
WHERE field = 'forward_ops'
    AND model_key IN (
        SELECT model_key FROM core_disclosures WHERE field = 'forward_ops' GROUP BY ALL HAVING count(DISTINCT paper_id) > 1
    )
ORDER BY disclosure_id
