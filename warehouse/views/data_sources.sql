-- Where things come from, under which licence, and what each source descends from: warehouse/reference/sources.csv.
CREATE OR REPLACE VIEW data_sources AS
SELECT * FROM (VALUES $sources_csv) s(source_id, title, licence, attribution, address, what, descends_from);
