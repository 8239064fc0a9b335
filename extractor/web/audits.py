"""The pages of the audit: an agency, tasks by who and when, matrices."""
