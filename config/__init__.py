"""What an office may change without code: settings, procedures, forms, regions, policies."""
