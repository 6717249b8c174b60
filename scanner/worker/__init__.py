"""Worker processes: documents are parsed there and nowhere else."""
