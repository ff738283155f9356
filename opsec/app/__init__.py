"""Use cases: what an officer asks for, made of the rooms below."""
