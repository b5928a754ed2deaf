-- Documents, by source and outcome
SELECT source_id, document_status AS outcome, reason, count(*) AS documents
FROM raw_documents
GROUP BY ALL
ORDER BY ALL
