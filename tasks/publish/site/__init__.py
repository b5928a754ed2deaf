"""The site of a release: static pages that work from `file://` without a network. `site.build_site` makes them."""
