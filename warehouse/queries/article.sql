-- The article claim by claim: the study's figure, today's with its interval, how they stand, and where these data cannot answer
SELECT
    claim,
    verdict,
    statement,
    study_figure,
    today,
    today_lower AS lower,
    today_upper AS upper,
    claim_unit AS unit,
    claim_reason AS reason,
    query,
    source
FROM out_claims
ORDER BY verdict = 'not_answered', claim
