"""What is to be written where: a decision against what every record shows."""
