"""The networks on VGG-16: its convolutions, the paper's front end and concatenation.

From outside: ``concat``, ``frontend``, ``vgg16_trunk``.
"""
