"""Landmark models: published weights turned into ONNX files that need no PyTorch, and what a folder of them holds."""
