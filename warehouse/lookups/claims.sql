-- Claims whose id begins with $claim_id: those of the warehouse, then what was quarantined, whose row stands in row_json
SELECT claims.*, papers.title, documents.origin
FROM (
    SELECT 'core_results' AS table_name, result_id AS claim_id, * EXCLUDE (result_id) FROM core_results
    UNION ALL BY NAME
    SELECT 'core_disclosures' AS table_name, disclosure_id AS claim_id, * EXCLUDE (disclosure_id) FROM core_disclosures
    UNION ALL BY NAME
    SELECT table_name, row_id AS claim_id, paper_id, document_sha256, source_id, check_name, reason, row_json
    FROM core_quarantine
    WHERE table_name IN ('core_results', 'core_disclosures')
) claims
LEFT JOIN core_papers papers USING (paper_id)
LEFT JOIN raw_documents documents USING (document_sha256, paper_id)
WHERE starts_with(claims.claim_id, $claim_id)
ORDER BY claims.claim_id, claims.check_name NULLS FIRST, claims.reason
