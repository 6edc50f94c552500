"""Who they are and what they did, as points: models, signals, their strengths and how these fade."""
