"""The part of a report that only runs on images have."""
