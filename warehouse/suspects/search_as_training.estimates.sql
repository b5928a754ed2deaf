-- Estimates of papers that disclose a search, that a source calls one, or whose words of a time might be those of one
SELECT *
FROM asked_estimates
WHERE paper_id IN (SELECT paper_id FROM asked_disclosures WHERE phase = 'search')
    OR contains(flag_codes, 'search_included')
    OR (
        method = 'hardware_time'
        AND regexp_matches(quote, 'search|controller|train.*\d.*(models|networks|architectures)', 'is')
    )
ORDER BY estimate_id
