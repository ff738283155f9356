"""Use cases: scan, rematch and the judgement of one post. They combine the packages below."""
