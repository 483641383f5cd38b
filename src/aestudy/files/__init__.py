"""Files on disk: archives with provenance, writes that are whole or absent, the cache folder."""
