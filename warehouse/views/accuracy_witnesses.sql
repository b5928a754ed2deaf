-- Own accuracies of papers beside what other papers and sources state of the same model, benchmark and metric.
CREATE OR REPLACE VIEW accuracy_witnesses AS
SELECT * FROM out_accuracy_witnesses;
