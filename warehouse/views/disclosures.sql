-- What papers disclose of their training (hardware, chips, hours, epochs, parameters, …), each figure with its page and words.
CREATE OR REPLACE VIEW disclosures AS
SELECT
    d.disclosure_id, d.paper_id, p.title, p.year, d.model, d.field, d.value, d.number, d.number_lower, d.number_upper,
    d.phase, d.training_set, d.page, d.location, d.quote, d.confidence, d.source_id
FROM core_disclosures d
LEFT JOIN core_papers p USING (paper_id);
