-- Everything that was left out, each with its code and the reason in words: observations, claims and documents.
-- kind: What was left out: observation (not in any fit), claim (quarantined), document (not read).
-- excluded_id: Id of the observation or claim, hash of the document.
-- exclusion_code: The code of the reason: a closed vocabulary of `schemas/codes`.
-- subject: The model, check or origin that it concerns.
CREATE OR REPLACE VIEW exclusions AS
SELECT
    'observation' AS kind, observation_id AS excluded_id, paper_id, benchmark, model AS subject,
    exclusion_code, exclusion_reason
FROM out_observations WHERE NOT in_fit
UNION ALL
SELECT 'claim', row_id, paper_id, row_json ->> '$.benchmark', check_name, reason_code, reason
FROM core_quarantine
UNION ALL
SELECT 'document', document_sha256, paper_id, NULL, origin, reason_code, reason
FROM raw_documents WHERE reason_code IS NOT NULL;
