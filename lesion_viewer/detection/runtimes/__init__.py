"""What runs a network: PyTorch on a CPU or a GPU.

From outside: ``torch_detector``.
"""
