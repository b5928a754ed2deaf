-- Which documents could not be read, or not in whole, and why
SELECT paper_id, origin, document_status AS outcome, reason, size_bytes, media_type
FROM raw_documents
WHERE document_status <> 'read'
UNION ALL
SELECT paper_id, row_id, 'refused', reason, NULL, NULL
FROM core_quarantine
WHERE table_name = 'raw_documents'
ORDER BY ALL
