"""What a nurse or physician could argue about. Law: pure, standard library only; time and facts are arguments."""
