"""arXiv: papers of the watch list, the nightly harvest of new metadata, searches; and which documents to fetch.

records        what is known of papers: one small file each, and how far the harvest came
withdrawal     whether a paper's own words say that it was withdrawn
xml_responses  XML responses, without document types; unreadable or empty ones are requested again
api            the Atom API: papers by id, and searches
oai            OAI-PMH: everything of computer science that changed, by day
selection      which of these papers are wanted, and why
fetch_queue    which documents to fetch next
source         the face: all of it together
"""
