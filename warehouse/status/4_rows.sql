-- Rows
SELECT table_name, estimated_size AS rows
FROM duckdb_tables()
WHERE table_name NOT LIKE 'raw_loads'
ORDER BY table_name
