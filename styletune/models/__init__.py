"""Models: which there are, what their files hold, how they come to this machine, and what each is fit for."""
