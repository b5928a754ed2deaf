-- Disclosures that print several counts, and rates
SELECT *
FROM asked_disclosures
WHERE field = 'peak_flop_per_s'
    OR (
        field IN ('chips', 'duration_hours', 'chip_hours', 'training_flop')
        AND contains(raw_value, '/')
    )
ORDER BY disclosure_id
