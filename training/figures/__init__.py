"""The paper's figures, drawn anew from runs and evaluations; readable in grey."""
