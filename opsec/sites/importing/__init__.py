"""Import of sites from map files: KML, KMZ, GeoJSON, GPX."""
