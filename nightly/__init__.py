"""The nightly run of the fuzz targets; see docs/nightly.md."""
