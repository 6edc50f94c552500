"""Who is who: what identifies a person or a company, and how much it takes."""
