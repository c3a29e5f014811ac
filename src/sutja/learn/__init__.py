"""The learning river: sources -> dataset -> train -> evaluate -> bundle. Only here is keras imported."""
