-- Ids of what was read by hand and of what structured sources give, with the day by which it was known, without what rules
-- for defects keep out
SELECT result_id, scored_on
FROM (SELECT result_id FROM raw_observations UNION ALL SELECT result_id FROM raw_scores)
LEFT JOIN (SELECT result_id, scored_on FROM dated_scores) USING (result_id)
ANTI JOIN spoilt ON row_id = result_id
