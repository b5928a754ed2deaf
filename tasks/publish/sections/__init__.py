"""The report's sections: each module turns published tables into the plain data that its template prints."""
