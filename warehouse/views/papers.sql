-- One row a paper: its licence, what was read in it and what it discloses.
CREATE OR REPLACE VIEW papers AS
SELECT p.paper_id, p.title, p.year, c.arxiv_id, c.licence, p.document_status, p.reason, p.pages, p.results, p.results_own,
    p.disclosures, p.has_compute
FROM out_papers p
LEFT JOIN core_papers c USING (paper_id);
