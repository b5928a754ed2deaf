-- For each paper of each source, a hash of all that its compute follows from: its disclosures, its results, its year
WITH disclosed AS (
    SELECT source_id, paper_id, bit_xor(hash(d)) AS claims FROM core_disclosures d GROUP BY ALL
),
scored AS (
    SELECT source_id, paper_id, bit_xor(hash(r)) AS claims FROM core_results r GROUP BY ALL
)
SELECT
    d.source_id || ' ' || d.paper_id AS part,
    concat_ws(' ', d.claims, coalesce(r.claims, 0), coalesce(p.year, 0)) AS inputs
FROM disclosed d
LEFT JOIN scored r ON r.source_id = d.source_id AND r.paper_id = d.paper_id
LEFT JOIN core_papers p ON p.paper_id = d.paper_id
