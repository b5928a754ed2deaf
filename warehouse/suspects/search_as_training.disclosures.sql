-- Disclosures of a search
SELECT * FROM core_disclosures WHERE phase = 'search' ORDER BY disclosure_id
