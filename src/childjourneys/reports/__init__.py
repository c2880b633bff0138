"""Tables, workbooks, charts and pages built from results. No arithmetic here."""
