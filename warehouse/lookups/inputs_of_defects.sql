-- Papers, each as a part of core_defects, with a hash of all rows that rules compare within a paper
SELECT paper_id AS part, bit_xor(claim)::VARCHAR AS inputs
FROM (
    SELECT paper_id, hash(r) AS claim FROM core_results r
    UNION ALL
    SELECT paper_id, hash(d) FROM core_disclosures d
    UNION ALL
    SELECT paper_id, hash(e) FROM listed_estimates e
    UNION ALL
    SELECT paper_id, hash(o) FROM of_others o
)
GROUP BY paper_id
