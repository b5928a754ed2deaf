"""Sentences of the codes of what did not come over the web."""

from schemas.codes.http import HttpReason

TEMPLATES: dict[HttpReason, str] = {
    HttpReason.OFFLINE: "this run is offline",
    HttpReason.NO_ADDRESS: "{url!r} is no address: {error}",
    HttpReason.NO_HTTP_ADDRESS: "{url!r} is no http or https address",
    HttpReason.NAMES_USER: "the address of {host} carries a user name: such addresses are not followed",
    HttpReason.NOT_REQUESTABLE: "{url!r} cannot be requested: {error}",
    HttpReason.NAME_UNKNOWN: "the name of {host} cannot be resolved ({error})",
    HttpReason.NOT_PUBLIC: "{host} is the address {address}, which is not public: allow it by name if it is a mirror",
    HttpReason.ROBOTS: "robots.txt of {host} asks programs to leave {path} alone",
    HttpReason.ROBOTS_UNREACHABLE: "{because} (its robots.txt was requested)",
    HttpReason.LEFT_ALONE: "{host} is left alone for the rest of this run: {because}",
    HttpReason.ASKED_TO_WAIT: "{host} asked to be left alone until {until} ({status}): run again after that",
    HttpReason.NO_CONNECTION: "no connection ({error})",
    HttpReason.NO_CONNECTION_IN_TIME: "no connection in time",
    HttpReason.NO_PROXY: "no way through the proxy that HTTP_PROXY or HTTPS_PROXY names ({error})",
    HttpReason.SILENCE: "silence",
    HttpReason.BROKEN: "the connection broke ({error})",
    HttpReason.TRANSFER: "{error}",
    HttpReason.TOO_SLOW: "no end after {seconds:g} s",
    HttpReason.NOTHING_CAME: "nothing came from {host}: {because}",
    HttpReason.NOTHING_CAME_AGAIN: "nothing came from {host}: {because} ({attempts} attempts)",
    HttpReason.REDIRECTS_TOO_SLOW: "no end after {seconds:g} s of redirects",
    HttpReason.TOO_MANY_REDIRECTS: "more than {most} redirects",
    HttpReason.REDIRECTS_NOWHERE: "it redirects to {location!r}, which is no address: {error}",
    HttpReason.REDIRECTS_TO_HTTP: "{url} redirects from https to http: {there}",
    HttpReason.AT_ADDRESS: "{url}: {because}",
    HttpReason.ON_THE_WAY: "{url} leads to {there}: {because}",
    HttpReason.STATUS: "{status}",
    HttpReason.STATUS_SAYING: "{status} ({quote})",
    HttpReason.TOO_LARGE: "{mib:.4g} MiB are announced, and at most {most:.4g} MiB are taken",
    HttpReason.LARGER_THAN_SAID: "more than {most:.4g} MiB came, and no more are taken",
    HttpReason.EMPTY: "an empty body came instead of {kind}",
    HttpReason.HTML_PAGE: "an HTML page came instead of {kind}: {quote}",
    HttpReason.OTHER_KIND: "what came is not {kind}: {quote}",
    HttpReason.API_ERROR: "{interface} answers with an error: {error}",
    HttpReason.ENDLESS_LIST: "{interface} goes round in circles in the list from {first} to {last}",
    HttpReason.EMPTY_PAGES: (
        "{interface} gave {given} of {total} results and then, {times} times, an empty page: the answer stayed"
        " incomplete; ask later"
    ),
    HttpReason.NONE_KNOWN: (
        "{interface} answered, {times} times, that it has none of {papers} papers from {first} on; ask later"
    ),
    HttpReason.TOKEN_REFUSED: "{interface} does not accept its own resumption token ({error})",
    HttpReason.DOCUMENT_TYPE: "the answer declares a document type ({name}), and is not read",
    HttpReason.NO_XML: "the answer is no XML ({error}); it starts with {start}",
    HttpReason.OTHER_XML: "the answer is no {wanted} but <{element}>",
    HttpReason.INCOMPLETE: "the answer lacks {part}",
    HttpReason.NO_VERSION: "an entry of the feed has no id of a paper's version but {address!r}",
}
