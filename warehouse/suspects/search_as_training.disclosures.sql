-- Disclosures of a search
SELECT * FROM asked_disclosures WHERE phase = 'search' ORDER BY disclosure_id
