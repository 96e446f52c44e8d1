"""What is said of a network whose numbers are none."""

NOT_FINITE = "the network's features are not finite: its weights are broken"
