"""What each paper of the desk says, apart from which printer prints it."""
